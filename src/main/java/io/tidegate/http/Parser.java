package io.tidegate.http;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.concurrent.Callable;

/** Parses what clients send; large bodies on a worker, so that no other client waits for them. */
final class Parser {
  private static final int LARGE = 256 * 1024;

  private final Vertx vertx;

  Parser(Vertx vertx) {
    this.vertx = vertx;
  }

  Future<Body> parse(Buffer buffer) {
    return parse(buffer.length(), () -> Body.parse(buffer));
  }

  Future<Body> parse(String text) {
    return parse(text.length(), () -> Body.parse(text));
  }

  private Future<Body> parse(int length, Callable<Body> work) {
    if (length > LARGE) {
      return vertx.executeBlocking(work, false);
    }
    try {
      return Future.succeededFuture(work.call());
    } catch (Exception e) {
      return Future.failedFuture(e);
    }
  }
}
