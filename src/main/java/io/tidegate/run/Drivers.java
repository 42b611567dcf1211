package io.tidegate.run;

import io.tidegate.loop.RunState;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The sessions that are driven in this process: one driver each, made when something is to be done
 * and gone when it is at rest.
 */
final class Drivers implements SessionDriver.Keeper {
  private static final int MOST_TRIES = 5;
  private final Vertx vertx;
  private final Shell shell;
  private final CallSlots slots;
  private final Loader loader;
  private final ConcurrentHashMap<SessionId, Future<SessionDriver>> live =
      new ConcurrentHashMap<>();
  private final AtomicLong queued = new AtomicLong();
  private final Recovery recovery;
  private volatile boolean leaving;

  Drivers(Vertx vertx, Shell shell) {
    this.vertx = vertx;
    this.shell = shell;
    this.slots = new CallSlots(shell.limits().toolCalls(), shell.toolbox()::concurrency);
    this.loader = new Loader(shell.journal());
    this.recovery = new Recovery(shell, this);
  }

  /** How many sessions are driven here. */
  long count() {
    return live.mappingCount();
  }

  boolean full() {
    return count() >= shell.limits().activeRuns();
  }

  /** Whether no more runs may wait for their session. */
  boolean queueFull() {
    return queued.get() >= shell.limits().queuedRuns();
  }

  /** The driver, or null if the session is not driven here. */
  @Nullable SessionDriver find(SessionId session) {
    var opened = live.get(session);
    return opened == null || !opened.succeeded() ? null : opened.result();
  }

  /**
   * A driver for a session that is not in the journal yet, or null if the session is driven here
   * already.
   */
  @Nullable SessionDriver create(SessionId session) {
    if (leaving) {
      throw stopping();
    }
    var driver = driver(session, RunState.EMPTY, 1, vertx.getOrCreateContext());
    return live.putIfAbsent(session, Future.succeededFuture(driver)) == null ? driver : null;
  }

  /**
   * Acts on the session's driver, on its context; the session is opened if it is at rest. What the
   * action records it records at once, for a driver with nothing to do is gone right after. Fails
   * with {@code NOT_FOUND} if there is no such session. The future completes on the caller's
   * context.
   */
  <T> Future<T> with(SessionId session, Function<SessionDriver, Future<T>> action) {
    return Hop.back(vertx.getOrCreateContext(), with(session, action, MOST_TRIES));
  }

  private <T> Future<T> with(
      SessionId session, Function<SessionDriver, Future<T>> action, int triesLeft) {
    return open(session)
        .compose(
            driver ->
                Hop.on(
                    driver.context(),
                    () -> {
                      if (!driver.released()) {
                        return act(driver, action);
                      }
                      return triesLeft > 0
                          ? with(session, action, triesLeft - 1)
                          : Future.failedFuture(moving(session));
                    }));
  }

  /** What follows from the action follows at once: no other event may come between. */
  private static <T> Future<T> act(
      SessionDriver driver, Function<SessionDriver, Future<T>> action) {
    try {
      return action.apply(driver);
    } finally {
      driver.settle();
    }
  }

  private static Rejection moving(SessionId session) {
    return new Rejection(
        Rejection.Kind.UNAVAILABLE, "Session '" + session.id() + "' is changing hands; try again.");
  }

  private static Rejection stopping() {
    return new Rejection(
        Rejection.Kind.UNAVAILABLE, "The gateway is being stopped and begins nothing new.");
  }

  private Future<SessionDriver> open(SessionId session) {
    var known = live.get(session);
    if (known != null) {
      return known;
    }
    if (leaving) {
      return Future.failedFuture(stopping());
    }
    var promise = Promise.<SessionDriver>promise();
    var raced = live.putIfAbsent(session, promise.future());
    if (raced != null) {
      return raced;
    }
    var context = vertx.getOrCreateContext();
    load(session, context)
        .onComplete(
            loaded ->
                context.runOnContext(
                    _ -> {
                      if (loaded.failed()) {
                        live.remove(session, promise.future());
                        promise.fail(loaded.cause());
                      } else {
                        promise.complete(loaded.result());
                        loaded.result().takeUp();
                      }
                    }));
    return promise.future();
  }

  private Future<SessionDriver> load(SessionId session, Context context) {
    return shell
        .journal()
        .find(session)
        .compose(
            record ->
                record == null
                    ? Future.<Long>succeededFuture()
                    : shell.journal().own(record, "me"))
        .compose(
            epoch ->
                epoch == null
                    ? Future.failedFuture(missing(session))
                    : loader
                        .state(session, Long.MAX_VALUE)
                        .map(state -> driver(session, state, epoch, context)));
  }

  static Rejection missing(SessionId session) {
    return new Rejection(Rejection.Kind.NOT_FOUND, "There is no session '" + session.id() + "'.");
  }

  private SessionDriver driver(SessionId session, RunState state, long epoch, Context context) {
    return new SessionDriver(session, state, epoch, shell, slots, context, this);
  }

  @Override
  public void queued(long change) {
    queued.addAndGet(change);
  }

  Recovery recovery() {
    return recovery;
  }

  boolean leaving() {
    return leaving;
  }

  /**
   * Lets all sessions go, for whoever takes them up, and takes up none. Completes when all are
   * gone; what has not come back by then is waited for no longer than the grace.
   */
  Future<Void> leave(Duration grace) {
    leaving = true;
    var all = live.values().stream().map(Drivers::leave).toList();
    return Future.join(all)
        .timeout(Math.max(1, grace.toMillis()), TimeUnit.MILLISECONDS)
        .transform(_ -> Future.join(live.values().stream().map(Drivers::abandon).toList()))
        .transform(_ -> Future.succeededFuture());
  }

  private static Future<Void> leave(Future<SessionDriver> opened) {
    return opened.compose(driver -> Hop.on(driver.context(), driver::leave));
  }

  private static Future<Void> abandon(Future<SessionDriver> opened) {
    return opened.succeeded()
        ? Hop.on(
            opened.result().context(),
            () -> {
              opened.result().abandon();
              return Future.succeededFuture();
            })
        : Future.succeededFuture();
  }

  @Override
  public void outdated(SessionDriver driver) {
    recovery.again(driver.id());
  }

  @Override
  public void released(SessionDriver driver) {
    live.computeIfPresent(
        driver.id(), (_, known) -> known.succeeded() && known.result() == driver ? null : known);
  }
}
