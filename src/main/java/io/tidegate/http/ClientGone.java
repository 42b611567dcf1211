package io.tidegate.http;

import io.vertx.core.http.HttpServerResponse;

/** Notices a client that closes its connection before it has its answer. */
final class ClientGone {
  private final HttpServerResponse response;

  private ClientGone(HttpServerResponse response) {
    this.response = response;
  }

  static ClientGone of(HttpServerResponse response) {
    return new ClientGone(response);
  }

  /** Runs the task when the client goes; at once if it is gone. */
  void then(Runnable task) {
    if (response.closed()) {
      task.run();
      return;
    }
    response.closeHandler(
        closed -> {
          // HTTP/2 closes the stream after every response.
          if (!response.ended()) {
            task.run();
          }
        });
  }
}
