package io.tidegate.http;

import io.vertx.core.http.HttpServerResponse;

/**
 * Tells of one request when its answer is over, once, however it ends. It holds no more than it has
 * to tell: what it holds is there for as long as a stream that answers.
 */
final class Served {
  private final Requests requests;
  private final Endpoint endpoint;
  private final HttpServerResponse response;
  private final long begun = System.nanoTime();
  private boolean told;

  Served(Requests requests, Endpoint endpoint, HttpServerResponse response) {
    this.requests = requests;
    this.endpoint = endpoint;
    this.response = response;
  }

  void listen() {
    response.endHandler(_ -> tell()).exceptionHandler(_ -> tell()).closeHandler(_ -> tell());
  }

  private void tell() {
    if (!told) {
      told = true;
      requests.served(
          endpoint.method().name(),
          endpoint.path(),
          response.getStatusCode(),
          System.nanoTime() - begun);
    }
  }
}
