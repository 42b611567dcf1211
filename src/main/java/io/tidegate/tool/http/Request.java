package io.tidegate.tool.http;

import io.vertx.core.buffer.Buffer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request that is ready to be sent.
 *
 * @param configured headers from configuration, maybe secret: for this origin alone
 * @param own the gateway's own headers
 */
public record Request(
    String method,
    boolean ssl,
    String host,
    int port,
    String uri,
    Map<String, String> configured,
    Map<String, String> own,
    @Nullable Buffer body) {
  public Request {
    configured = Map.copyOf(configured);
    own = Map.copyOf(own);
  }

  boolean sameOrigin(Request other) {
    return ssl == other.ssl && port == other.port && host.equalsIgnoreCase(other.host);
  }

  @Override
  public String toString() {
    // Neither headers nor the query, which may be secret.
    return method + " " + (ssl ? "https" : "http") + "://" + host + ":" + port;
  }
}
