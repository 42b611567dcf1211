package io.tidegate.session.redis;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One connection over which commands are pipelined. It connects when a command comes, and again
 * after it broke. A connection that owes an answer for too long is thrown away, and all that waits
 * on it fails.
 *
 * <p>Answers come in the order of the commands, so one watch over the last answer does for all of
 * them: no command has a timer of its own.
 */
final class RedisPipe {
  /** How long a connection is kept to who says that it takes no writes. */
  private static final long READONLY_MS = 1_000;

  private final VertxInternal vertx;
  private final PipeSettings settings;
  private final Connector connector;
  private final boolean together;
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicBoolean watched = new AtomicBoolean();
  private volatile @Nullable Future<Link> link;
  private volatile long progressNanos;
  private volatile long connectedNanos;
  private volatile boolean closed;

  /**
   * @param together whether it is used by one event loop alone, so that commands of one turn of it
   *     go out together
   */
  RedisPipe(Vertx vertx, PipeSettings settings, List<Script> scripts, boolean together) {
    this.vertx = (VertxInternal) vertx;
    // In a Cluster each may have to go to another node.
    this.together = together && !settings.cluster();
    this.settings = settings;
    this.connector = new Connector(vertx, settings, scripts);
  }

  /**
   * Sends a command and gives its answer on the caller's context. An error that Redis answers with
   * comes as it is, all else as {@code Journal.Unavailable}.
   *
   * @param hurry whether somebody waits for it; else it may go a moment later, with others
   */
  Future<@Nullable Response> send(Request request, boolean hurry) {
    int ahead = waiting.getAndIncrement();
    if (ahead == 0) {
      progressNanos = System.nanoTime();
    }
    if (ahead >= settings.waiting() || closed) {
      waiting.decrementAndGet();
      return Future.failedFuture(closed ? Failures.closed() : Failures.full(settings.waiting()));
    }
    watch();
    return dispatch(request, hurry).transform(this::answered);
  }

  Future<Void> close() {
    closed = true;
    var last = link;
    return last == null ? Future.succeededFuture() : last.compose(Link::close, _ -> done());
  }

  private Future<@Nullable Response> dispatch(Request request, boolean hurry) {
    var current = link;
    if (current == null) {
      current = connected();
    }
    if (!current.succeeded()) {
      return later(current, request);
    }
    if (!together) {
      return current.result().send(request);
    }
    var answer = vertx.<@Nullable Response>promise();
    current.result().sendTogether(request, hurry, answer);
    return answer.future();
  }

  /**
   * Sends it when the connection is there; the answer comes on the caller's context all the same.
   */
  private Future<@Nullable Response> later(Future<Link> connecting, Request request) {
    var answer = vertx.<@Nullable Response>promise();
    connecting.compose(up -> up.send(request)).onComplete(answer);
    return answer.future();
  }

  private Future<@Nullable Response> answered(
      @Nullable Response answer, @Nullable Throwable failure) {
    waiting.decrementAndGet();
    progressNanos = System.nanoTime();
    if (failure instanceof ErrorType error && error.is("READONLY")) {
      leaveReplica();
    }
    return failure == null
        ? Future.succeededFuture(answer)
        : Future.failedFuture(Failures.explain(failure));
  }

  private synchronized Future<Link> connected() {
    var current = link;
    if (current == null) {
      current = connector.connect();
      link = current;
      follow(current);
    }
    return current;
  }

  private void follow(Future<Link> connecting) {
    connectedNanos = System.nanoTime();
    connecting.onSuccess(up -> up.onEnd(() -> drop(connecting))).onFailure(_ -> drop(connecting));
  }

  /** The next command connects anew; what waits on this connection fails. */
  private synchronized void drop(Future<Link> old) {
    if (link == old) {
      link = null;
    }
    old.onSuccess(Link::close);
  }

  private void watch() {
    if (watched.compareAndSet(false, true)) {
      vertx.setTimer(settings.timeoutMs(), this::look);
    }
  }

  private void look(long timer) {
    if (waiting.get() == 0) {
      watched.set(false);
      return;
    }
    long leftMs = settings.timeoutMs() - msSince(progressNanos);
    if (leftMs <= 0) {
      giveUp();
    }
    vertx.setTimer(leftMs > 0 ? leftMs : settings.timeoutMs(), this::look);
  }

  /**
   * The primary became a replica, and may have closed nothing: the address may lead to the new one
   * by now. It is tried anew from time to time, not with each command.
   */
  private void leaveReplica() {
    if (msSince(connectedNanos) >= READONLY_MS) {
      giveUp();
    }
  }

  /** A connection that is being made has its own deadline. */
  private void giveUp() {
    var stalled = link;
    if (stalled != null && stalled.succeeded()) {
      drop(stalled);
    }
  }

  private static long msSince(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
  }

  private static Future<Void> done() {
    return Future.succeededFuture();
  }
}
