package io.tidegate.run;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes up sessions that are under way, so many at a time. While the journal does not answer it
 * tries again: a run that nobody takes up would hang for ever.
 */
final class Recovery {
  private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);
  private static final int OPENED_AT_ONCE = 64;
  private static final long PAUSE_MS = 1_000;

  private final Shell shell;
  private final Drivers drivers;

  Recovery(Shell shell, Drivers drivers) {
    this.shell = shell;
    this.drivers = drivers;
  }

  /** Takes up all that the journal says are under way; completes with their number. */
  Future<Integer> all() {
    var promise = Promise.<Integer>promise();
    find(promise);
    return promise.future();
  }

  private void find(Promise<Integer> promise) {
    Future.succeededFuture(List.<SessionId>of())
        .onSuccess(found -> open(found).map(found.size()).onComplete(promise))
        .onFailure(
            why -> {
              LOG.warn("it is not known yet which sessions are under way: {}", why.getMessage());
              later(() -> find(promise), promise);
            });
  }

  /** Takes up a session a little later. */
  void again(SessionId session) {
    var promise = Promise.<Void>promise();
    later(() -> open(List.of(session)).onComplete(promise), promise);
  }

  private Future<Void> open(List<SessionId> sessions) {
    var silent = new ConcurrentLinkedQueue<SessionId>();
    return open(sessions, 0, silent).compose(_ -> retry(List.copyOf(silent)));
  }

  private Future<Void> open(List<SessionId> sessions, int from, Queue<SessionId> silent) {
    if (from >= sessions.size()) {
      return Future.succeededFuture();
    }
    int to = Math.min(from + OPENED_AT_ONCE, sessions.size());
    var opened = new ArrayList<Future<Void>>();
    for (var session : sessions.subList(from, to)) {
      opened.add(open(session).recover(why -> note(session, why, silent)));
    }
    return Future.all(opened).compose(_ -> open(sessions, to, silent));
  }

  private Future<Void> open(SessionId session) {
    return drivers.with(session, _ -> Future.succeededFuture());
  }

  private static Future<Void> note(SessionId session, Throwable why, Queue<SessionId> silent) {
    LOG.warn("session {} could not be taken up: {}", session, why.getMessage());
    if (why instanceof Journal.Unavailable) {
      silent.add(session);
    }
    return Future.succeededFuture();
  }

  private Future<Void> retry(List<SessionId> silent) {
    if (silent.isEmpty()) {
      return Future.succeededFuture();
    }
    var promise = Promise.<Void>promise();
    later(() -> open(silent).onComplete(promise), promise);
    return promise.future();
  }

  private void later(Runnable task, Promise<?> promise) {
    shell
        .time()
        .after(
            PAUSE_MS,
            () -> {
              if (drivers.leaving()) {
                promise.fail("the gateway is being stopped");
              } else {
                task.run();
              }
            });
  }
}
