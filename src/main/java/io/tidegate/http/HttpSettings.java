package io.tidegate.http;

/**
 * Where the gateway listens, and to whom.
 *
 * @param host the address that the operator wishes for
 * @param port the port of the API; 0 takes a free one
 * @param managementPort the port of metrics and health; 0 takes a free one
 * @param maxBodyBytes the largest request body
 * @param maxImportBytes the largest document of a session to be imported
 * @param keys who may use the API
 */
public record HttpSettings(
    String host,
    int port,
    int managementPort,
    long maxBodyBytes,
    long maxImportBytes,
    KeySettings keys) {
  /** The same for others. */
  public HttpSettings withKeys(KeySettings others) {
    return new HttpSettings(host, port, managementPort, maxBodyBytes, maxImportBytes, others);
  }

  /** Where the API listens: the host if there is a key or nobody else can reach it anyway. */
  public String apiHost() {
    return keys.isEmpty() && !Loopback.isHost(host) ? Loopback.ADDRESS : host;
  }
}
