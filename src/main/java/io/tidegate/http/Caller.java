package io.tidegate.http;

import io.vertx.core.http.HttpServerRequest;

/**
 * Who sends a request.
 *
 * @param tenant whose sessions it may touch
 * @param principal who is named in the journal
 */
record Caller(String tenant, String principal) {
  private static final Caller ANYBODY = new Caller("default", "anonymous");

  /** The one place that says who a caller is; whoever reaches the gateway is the same so far. */
  static Caller of(HttpServerRequest request) {
    return ANYBODY;
  }
}
