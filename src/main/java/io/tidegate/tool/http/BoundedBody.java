package io.tidegate.tool.http;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;

/** Reads a response up to a limit. What comes after it is not read: the connection is closed. */
final class BoundedBody {
  private final HttpClientResponse response;
  private final int limit;
  private final long length;
  private final Buffer body = Buffer.buffer();
  private final Promise<Answer> answer = Promise.promise();

  private BoundedBody(HttpClientResponse response, int limit) {
    this.response = response;
    this.limit = limit;
    this.length = announced(response);
  }

  static Future<Answer> read(HttpClientResponse response, int limit) {
    return new BoundedBody(response, limit).read();
  }

  private static long announced(HttpClientResponse response) {
    String length = response.getHeader(HttpHeaders.CONTENT_LENGTH);
    boolean hasBody = !HttpMethod.HEAD.equals(response.request().getMethod());
    try {
      return length == null || !hasBody ? -1 : Long.parseLong(length);
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  private Future<Answer> read() {
    response.exceptionHandler(answer::tryFail);
    response.endHandler(end -> answer.tryComplete(answer(false)));
    response.handler(this::add);
    return answer.future();
  }

  private void add(Buffer chunk) {
    if (answer.future().isComplete()) {
      return;
    }
    int room = limit - body.length();
    if (chunk.length() <= room) {
      body.appendBuffer(chunk);
      return;
    }
    body.appendBuffer(chunk, 0, room);
    answer.tryComplete(answer(true));
    response.request().reset();
  }

  private Answer answer(boolean cut) {
    return new Answer(
        response.statusCode(),
        response.getHeader(HttpHeaders.CONTENT_TYPE),
        response.getHeader(HttpHeaders.CONTENT_ENCODING),
        response.getHeader(HttpHeaders.RETRY_AFTER),
        body,
        cut,
        length);
  }
}
