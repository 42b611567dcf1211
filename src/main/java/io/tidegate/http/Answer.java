package io.tidegate.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.Map;

/** What an endpoint answers. */
sealed interface Answer {
  int NO_CONTENT_STATUS = 204;

  /** A complete response. */
  record Whole(int status, String contentType, Buffer body, Map<String, String> headers)
      implements Answer {

    private void write(HttpServerRequest request) {
      var response = request.response();
      if (response.closed() || response.headWritten()) {
        return;
      }
      response.setStatusCode(status);
      headers.forEach(response::putHeader);
      if (request.version() == HttpVersion.HTTP_2) {
        // RFC 9113, 8.2.2: it belongs to a connection, and HTTP/2 clients refuse it.
        response.headers().remove(HttpHeaders.UPGRADE);
      }
      if (status != NO_CONTENT_STATUS) {
        response.putHeader(HttpHeaders.CONTENT_TYPE, contentType);
        response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length()));
      }
      if (request.method().equals(HttpMethod.HEAD) || body.length() == 0) {
        response.end();
      } else {
        response.end(body);
      }
    }
  }

  /** A response that is being written. */
  record Streamed() implements Answer {}

  /** A response with nothing in it. */
  static Answer noContent() {
    return new Whole(NO_CONTENT_STATUS, "", Buffer.buffer(), Map.of());
  }

  /** The endpoint writes the response itself. */
  static Answer streamed() {
    return new Streamed();
  }

  static Answer json(int status, ObjectNode json) {
    return new Whole(status, "application/json", Wire.write(json), Map.of());
  }

  /** An answer about a session as it was after an entry. */
  static Answer tagged(long head, ObjectNode json) {
    return new Whole(200, "application/json", Wire.write(json), Map.of("ETag", "\"" + head + "\""));
  }

  static Answer created(String location, ObjectNode json) {
    return new Whole(201, "application/json", Wire.write(json), Map.of("Location", location));
  }

  static Answer of(Problem problem) {
    return new Whole(
        problem.status(),
        "application/problem+json",
        Wire.write(problem.json()),
        problem.headers());
  }

  /** Writes the answer, if the client is still there and has none yet. */
  default void writeTo(HttpServerRequest request) {
    switch (this) {
      case Streamed _ -> {}
      case Whole whole -> whole.write(request);
    }
  }
}
