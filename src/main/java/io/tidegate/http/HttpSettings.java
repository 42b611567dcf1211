package io.tidegate.http;

/**
 * Where the gateway listens.
 *
 * @param host the address of the API
 * @param port the port of the API; 0 takes a free one
 * @param managementPort the port of metrics and health; 0 takes a free one
 * @param maxBodyBytes the largest request body
 * @param maxImportBytes the largest document of a session to be imported
 */
public record HttpSettings(
    String host, int port, int managementPort, long maxBodyBytes, long maxImportBytes) {}
