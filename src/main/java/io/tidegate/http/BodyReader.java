package io.tidegate.http;

import io.tidegate.run.Time;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import org.jspecify.annotations.Nullable;

/** Reads request bodies up to a bound. */
final class BodyReader {
  /** How long a body may make no progress. */
  private static final long STALLED_MS = 30_000;

  /**
   * How long a client may go on to send what is thrown away. To close at once would reset the
   * connection, and with it the response that the client has not read yet.
   */
  private static final long LINGER_MS = 5_000;

  private final long maxBytes;
  private final String key;
  private final Time time;

  /**
   * @param key the key of the configuration that says how much
   */
  BodyReader(long maxBytes, String key, Time time) {
    this.maxBytes = maxBytes;
    this.key = key;
    this.time = time;
  }

  Future<Buffer> read(HttpServerRequest request) {
    if (request.isEnded()) {
      return Future.succeededFuture(Buffer.buffer());
    }
    return declared(request) > maxBytes ? refuse(request) : new Reading(request).begin();
  }

  private static long declared(HttpServerRequest request) {
    var length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    try {
      return length == null ? 0 : Long.parseLong(length.strip());
    } catch (NumberFormatException e) {
      return Long.MAX_VALUE;
    }
  }

  private Future<Buffer> refuse(HttpServerRequest request) {
    linger(request);
    return Future.failedFuture(Problem.tooLarge(maxBytes, key));
  }

  /** Throws away what still comes, for a while, and closes then. */
  private void linger(HttpServerRequest request) {
    if (request.version() != HttpVersion.HTTP_2) {
      request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    }
    var timer = time.after(LINGER_MS, () -> hangUp(request));
    request.handler(ignored -> {});
    request.exceptionHandler(gone -> timer.cancel());
    request.endHandler(
        ended -> {
          timer.cancel();
          hangUpWhenAnswered(request);
        });
  }

  private static void hangUpWhenAnswered(HttpServerRequest request) {
    if (request.response().ended()) {
      hangUp(request);
    } else {
      request.response().endHandler(ended -> hangUp(request));
    }
  }

  private static void hangUp(HttpServerRequest request) {
    if (request.version() == HttpVersion.HTTP_2) {
      request.response().reset(0);
    } else {
      request.connection().close();
    }
  }

  /** One body on its way. */
  private final class Reading {
    private final HttpServerRequest request;
    private final Promise<Buffer> promise = Promise.promise();
    private final Buffer body = Buffer.buffer();
    private int lengthBefore;
    private Time.@Nullable Timer watch;

    Reading(HttpServerRequest request) {
      this.request = request;
    }

    Future<Buffer> begin() {
      if ("100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))) {
        request.response().writeContinue();
      }
      request.handler(this::onChunk);
      request.endHandler(ended -> onWhole());
      request.exceptionHandler(promise::tryFail);
      watch();
      return promise.future().onComplete(any -> unwatch());
    }

    private void onChunk(Buffer chunk) {
      if (body.length() + (long) chunk.length() <= maxBytes) {
        body.appendBuffer(chunk);
        return;
      }
      linger(request);
      promise.tryFail(Problem.tooLarge(maxBytes, key));
    }

    /** Lets go of the request, which is there for as long as a stream that answers it. */
    private void onWhole() {
      request.handler(null).endHandler(null).exceptionHandler(null);
      promise.tryComplete(body);
    }

    private void watch() {
      lengthBefore = body.length();
      watch = time.after(STALLED_MS, this::onWatch);
    }

    private void onWatch() {
      if (body.length() > lengthBefore) {
        watch();
        return;
      }
      linger(request);
      promise.tryFail(Problem.timedOut());
    }

    private void unwatch() {
      if (watch != null) {
        watch.cancel();
      }
    }
  }
}
