package io.tidegate.hook;

import static io.tidegate.session.Await.await;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;

/** One who is told, and answers as the test says; 0 is no answer. */
final class Receiver {
  private static final long PATIENCE_NANOS = 60_000_000_000L;

  private final HandTime time;
  private final HttpServer server;
  private final List<Message> heard = new ArrayList<>();
  private final Map<String, Integer> unanswered = new HashMap<>();
  private volatile ToIntFunction<Message> answer = _ -> 204;

  /** What came, and when by the test's time. */
  record Message(
      String path,
      String id,
      String timestamp,
      String signature,
      String type,
      Buffer body,
      long at) {
    String event() {
      return body.toJsonObject().getString("type");
    }

    String session() {
      return body.toJsonObject().getString("session");
    }
  }

  Receiver(Vertx vertx, HandTime time) {
    this.time = time;
    this.server = await(vertx.createHttpServer().requestHandler(this::read).listen(0, "127.0.0.1"));
  }

  String url(String path) {
    return "http://127.0.0.1:" + server.actualPort() + path;
  }

  void answers(ToIntFunction<Message> with) {
    answer = with;
  }

  private void read(HttpServerRequest request) {
    request.body().onSuccess(body -> hear(request, body));
  }

  private synchronized void hear(HttpServerRequest request, Buffer body) {
    var message =
        new Message(
            request.path(),
            request.getHeader("webhook-id"),
            request.getHeader("webhook-timestamp"),
            request.getHeader("webhook-signature"),
            request.getHeader("content-type"),
            body,
            time.now());
    heard.add(message);
    int status = answer.applyAsInt(message);
    if (status == 0) {
      unanswered.merge(message.path(), 1, Integer::sum);
    } else {
      request.response().setStatusCode(status).putHeader("Location", url("/elsewhere")).end("ok");
    }
  }

  synchronized int unanswered(String path) {
    return unanswered.getOrDefault(path, 0);
  }

  synchronized List<Message> heard(Predicate<Message> which) {
    return heard.stream().filter(which).toList();
  }

  List<Message> heard(String path) {
    return heard(message -> message.path().equals(path));
  }

  /** Waits for so many messages without turning the time. */
  List<Message> come(String path, int count) {
    return come(path, count, 0);
  }

  /** Waits for so many messages while time goes by. */
  List<Message> come(String path, int count, long step) {
    until(() -> heard(path).size() >= count, step);
    return heard(path);
  }

  void until(BooleanSupplier holds, long step) {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (!holds.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("it did not come: " + heard(_ -> true));
      }
      time.advance(step);
      LockSupport.parkNanos(20_000_000);
    }
  }
}
