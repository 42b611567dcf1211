package io.tidegate.http;

import io.vertx.core.Future;
import java.io.IOException;

/** A port that the gateway can't listen on, and what to change. */
final class PortTaken extends RuntimeException {
  private static final long serialVersionUID = 1;

  private PortTaken(String message, Throwable cause) {
    super(message, cause);
  }

  /**
   * The failure of a server that does not listen, as a sentence if the address is to blame.
   *
   * @param section of gateway.yaml that has the port
   * @param variable of the environment that has the last word
   */
  static <T> Future<T> explain(
      Throwable cause, String host, int port, String section, String variable) {
    return Future.failedFuture(
        cause instanceof IOException
            ? new PortTaken(
                ("port %d of %s is not to be had (%s). Stop what uses it, or set %s.port in"
                        + " gateway.yaml or %s to another port")
                    .formatted(port, host, cause.getMessage(), section, variable),
                cause)
            : cause);
  }
}
