package io.tidegate.run;

import io.tidegate.loop.Event;
import io.tidegate.loop.Rebase;
import io.tidegate.loop.RunState;
import io.tidegate.run.Journal.Record;
import io.tidegate.run.Journal.Refused;
import io.tidegate.run.SessionDriver.Title;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sessions that are driven in this process: one driver each, made when something is to be done
 * and gone when it is at rest. What is asked of sessions that are driven elsewhere is left there as
 * facts.
 */
final class Drivers implements Keeper {
  private static final Logger LOG = LoggerFactory.getLogger(Drivers.class);
  private static final int MOST_TRIES = 20;

  /** Tries that follow at once; a session that is written to that fast needs a moment. */
  private static final int TRIES_AT_ONCE = 4;

  private static final long PAUSE_MS = 10;

  /** A result that nobody else has is worth some patience with a store that is down. */
  private static final int MOST_LATE_TRIES = 120;

  private static final long LATE_PAUSE_MS = 1_000;

  private final Vertx vertx;
  private final Shell shell;
  private final CallSlots slots;
  private final Loader loader;
  private final Lease lease;
  private final Admission admission;
  private final Visits visits;
  private final Voices voices;
  private final Neighbours neighbours;
  private final Till till;
  private final ConcurrentHashMap<SessionId, Future<SessionDriver>> live =
      new ConcurrentHashMap<>();
  private final AtomicLong queued = new AtomicLong();
  private final Queue<Future<Void>> handovers = new ConcurrentLinkedQueue<>();
  private volatile boolean leaving;

  Drivers(
      Vertx vertx,
      Shell shell,
      Lease lease,
      Admission admission,
      Neighbours neighbours,
      Voices voices) {
    this.vertx = vertx;
    this.shell = shell;
    this.lease = lease;
    this.admission = admission;
    this.neighbours = neighbours;
    this.voices = voices;
    this.slots = new CallSlots(shell.limits().toolCalls(), shell.toolbox()::concurrency);
    this.loader = new Loader(shell.journal());
    this.visits = new Visits(shell, loader, neighbours);
    this.till = new Till(shell);
  }

  @Override
  public Lease lease() {
    return lease;
  }

  @Override
  public Till till() {
    return till;
  }

  @Override
  public void note(SessionId session, String run, Event fact) {
    this.<Void>with(session, writer -> writer.record(run, fact))
        .onFailure(
            why -> LOG.warn("session {}: {} is not noted: {}", session, fact, why.getMessage()));
  }

  /** How many sessions are driven here. */
  long count() {
    return live.mappingCount();
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

  /** Whether the session is driven here, or about to be. */
  boolean has(SessionId session) {
    return live.containsKey(session);
  }

  List<SessionDriver> all() {
    return live.values().stream().filter(Future::succeeded).map(Future::result).toList();
  }

  /**
   * A driver for a session that is not in the journal yet, or null if the session is driven here
   * already or nothing new may be driven here. Whoever calls it has asked for admission, which is
   * given back if there is no driver.
   */
  @Nullable SessionDriver create(SessionId session) {
    var title = new Title(lease.incarnation(), 1);
    var driver = driver(session, RunState.EMPTY, title, vertx.getOrCreateContext());
    if (live.putIfAbsent(session, Future.succeededFuture(driver)) != null) {
      admission.left(session.tenant());
      return null;
    }
    if (!leaving && lease.goesOn(title.owner())) {
      return driver;
    }
    // Who lets all go that is driven here may have looked before it was there.
    driver.later(driver::leave);
    return null;
  }

  /** Whether anything new may be driven here. */
  boolean open() {
    return !leaving && lease.alive();
  }

  /**
   * Acts on the session, on its driver's context if it is driven here; a session at rest is opened
   * here if there is room. The action may be repeated, until what it records is in the journal.
   * What it records it records at once, for a driver with nothing to do is gone right after. Fails
   * with {@code NOT_FOUND} if there is no such session. The future completes on the caller's
   * context.
   */
  <T> Future<T> with(SessionId session, Function<SessionWriter, Future<T>> action) {
    return with(session, WorkQueue.UNDER_WAY, action);
  }

  /**
   * As {@link #with(SessionId, Function)}.
   *
   * @param priority how urgent it is to find a process for the session, if the action makes it need
   *     one and there is no room here
   */
  <T> Future<T> with(SessionId session, int priority, Function<SessionWriter, Future<T>> action) {
    return Hop.back(vertx.getOrCreateContext(), with(session, priority, action, 1));
  }

  private <T> Future<T> with(
      SessionId session, int priority, Function<SessionWriter, Future<T>> action, int nth) {
    var known = live.get(session);
    var acted = known == null ? elsewhere(session, priority, action) : here(known, action);
    return acted.recover(
        why -> {
          if (!(why instanceof Refused)) {
            return Future.failedFuture(why);
          }
          return nth < MOST_TRIES
              ? pause(nth).compose(_ -> with(session, priority, action, nth + 1))
              : Future.failedFuture(moving(session));
        });
  }

  private Future<Void> pause(int nth) {
    if (nth <= TRIES_AT_ONCE) {
      return Future.succeededFuture();
    }
    var promise = Promise.<Void>promise();
    long ms = 1 + (long) (shell.ids().fraction() * nth * PAUSE_MS);
    shell.time().after(ms, promise::complete);
    return promise.future();
  }

  private <T> Future<T> here(
      Future<SessionDriver> opened, Function<SessionWriter, Future<T>> action) {
    return opened.compose(
        driver ->
            Hop.on(
                driver.context(),
                () ->
                    driver.released()
                        ? Future.failedFuture(
                            new Refused(Refused.Why.STALE_HEAD, driver.id() + " was let go"))
                        : act(driver, action)));
  }

  /** What follows from the action follows at once: no other event may come between. */
  private static <T> Future<T> act(
      SessionDriver driver, Function<SessionWriter, Future<T>> action) {
    try {
      return action.apply(driver);
    } finally {
      driver.settle();
    }
  }

  private <T> Future<T> elsewhere(
      SessionId session, int priority, Function<SessionWriter, Future<T>> action) {
    return shell
        .journal()
        .find(session)
        .compose(
            record -> {
              if (record == null) {
                return Future.failedFuture(missing(session));
              }
              return record.status().busy() || !open()
                  ? visits.visit(session, priority, action)
                  : atRest(record, priority, action);
            });
  }

  private <T> Future<T> atRest(
      Record record, int priority, Function<SessionWriter, Future<T>> action) {
    return admission
        .enter(record.id().tenant())
        .compose(
            room ->
                room
                    ? here(takeAdmitted(record), action)
                    : visits.visit(record.id(), priority, action));
  }

  /** As {@link #with}, on a session at rest that was admitted here. */
  <T> Future<T> withAdmitted(
      Record record, int priority, Function<SessionWriter, Future<T>> action) {
    return Hop.back(
        vertx.getOrCreateContext(),
        here(takeAdmitted(record), action)
            .recover(why -> again(record.id(), priority, action, why)));
  }

  /** As {@link #with}, but leaves facts only, for whichever process finds room first. */
  <T> Future<T> visit(SessionId session, int priority, Function<SessionWriter, Future<T>> action) {
    return Hop.back(
        vertx.getOrCreateContext(),
        visits
            .visit(session, priority, action)
            .recover(why -> again(session, priority, action, why)));
  }

  private <T> Future<T> again(
      SessionId session, int priority, Function<SessionWriter, Future<T>> action, Throwable why) {
    return why instanceof Refused ? with(session, priority, action, 1) : Future.failedFuture(why);
  }

  void workWaits() {
    neighbours.workWaits();
  }

  Visits visits() {
    return visits;
  }

  private static Rejection moving(SessionId session) {
    return new Rejection(
        Rejection.Kind.UNAVAILABLE, "Session '" + session.id() + "' is changing hands; try again.");
  }

  Rejection stopping() {
    return new Rejection(
        Rejection.Kind.UNAVAILABLE,
        leaving
            ? "The gateway is being stopped and begins nothing new."
            : "The gateway has lost touch with the others; try again.");
  }

  /**
   * Makes this process the owner of a session that it may drive, and drives it. Fails with a {@link
   * Refused} if another was first.
   */
  Future<SessionDriver> take(Record record) {
    admission.entered(record.id().tenant());
    return takeAdmitted(record);
  }

  private Future<SessionDriver> takeAdmitted(Record record) {
    var session = record.id();
    var promise = Promise.<SessionDriver>promise();
    var raced =
        open()
            ? live.putIfAbsent(session, promise.future())
            : Future.<SessionDriver>failedFuture(stopping());
    if (raced == null && leaving) {
      // Who lets all go that is driven here may have looked before it was there.
      live.remove(session, promise.future());
      promise.fail(stopping());
      raced = promise.future();
    }
    if (raced != null) {
      admission.left(session.tenant());
      return raced;
    }
    // Each on an event loop of its own choosing: what one process left is spread over all of them.
    var context = ((VertxInternal) vertx).createEventLoopContext();
    var owner = lease.incarnation();
    load(record, owner, context)
        .onComplete(loaded -> context.runOnContext(_ -> opened(session, loaded, promise)));
    return promise.future();
  }

  private void opened(
      SessionId session, AsyncResult<SessionDriver> loaded, Promise<SessionDriver> promise) {
    var driver = loaded.result();
    if (driver != null && !leaving && lease.goesOn(driver.title().owner())) {
      promise.complete(driver);
      driver.takeUp();
      return;
    }
    live.remove(session, promise.future());
    admission.left(session.tenant());
    if (driver != null) {
      queued(-driver.state().queue().size());
      var handedOver = handOver(driver);
      if (leaving) {
        handovers.add(handedOver);
      }
    }
    promise.fail(loaded.failed() ? loaded.cause() : stopping());
  }

  private Future<SessionDriver> load(Record record, String owner, Context context) {
    var session = record.id();
    return epoch(record, owner)
        .compose(
            epoch ->
                epoch == null
                    ? Future.failedFuture(
                        new Refused(Refused.Why.FENCED, session + " was taken by another"))
                    : loader
                        .state(session, Long.MAX_VALUE)
                        .map(state -> driver(session, state, new Title(owner, epoch), context)));
  }

  /**
   * What is at rest is taken by the first append: who takes it without writing keeps others from it
   * for nothing.
   */
  private Future<@Nullable Long> epoch(Record record, String owner) {
    return record.status().busy()
        ? shell.journal().own(record, owner)
        : Future.succeededFuture(record.epoch() + 1);
  }

  static Rejection missing(SessionId session) {
    return new Rejection(Rejection.Kind.NOT_FOUND, "There is no session '" + session.id() + "'.");
  }

  static boolean isMissing(Throwable why) {
    return why instanceof Rejection rejection && rejection.kind() == Rejection.Kind.NOT_FOUND;
  }

  private SessionDriver driver(SessionId session, RunState state, Title title, Context context) {
    return new SessionDriver(session, state, title, shell, slots, context, this);
  }

  @Override
  public void queued(long change) {
    queued.addAndGet(change);
  }

  @Override
  public void listenedTo(SessionId session, List<String> replicas) {
    voices.listenedTo(session, replicas);
  }

  /** A write was sent before others took the session: its result is a fact all the same. */
  @Override
  public void lateResult(SessionId session, String run, Event.CallReturned returned) {
    lateResult(session, run, returned, 1);
  }

  private void lateResult(SessionId session, String run, Event.CallReturned returned, int nth) {
    this.<Void>with(
            session,
            writer ->
                Rebase.onto(writer.state(), run, returned)
                    .map(event -> writer.record(run, event))
                    .orElseGet(Future::succeededFuture))
        .onFailure(
            why -> {
              if (nth < MOST_LATE_TRIES) {
                shell
                    .time()
                    .after(LATE_PAUSE_MS, () -> lateResult(session, run, returned, nth + 1));
                return;
              }
              LOG.error(
                  "session {}: the result of call {} ({}) came after others had taken the"
                      + " session and could not be journaled: {}",
                  session,
                  returned.call(),
                  returned.outcome(),
                  why.getMessage());
            });
  }

  /** Others took this process for dead: it drives nothing any more. */
  void disownAll() {
    var all = all();
    shell.listener().leaseLost(all.size());
    all.forEach(driver -> driver.later(driver::disown));
  }

  /** Messages may have been missed: every session looks whether facts were added to it. */
  void lookAtAll() {
    all().forEach(driver -> driver.later(() -> driver.hearFacts(Long.MAX_VALUE, 0)));
  }

  /** Takes up and begins nothing new from now on; what is driven here goes on. */
  void refuse() {
    leaving = true;
  }

  boolean leaving() {
    return leaving;
  }

  /**
   * Lets all sessions go after the step they are in, and hands them over to others; takes up none.
   * Completes when all are gone: after half of the grace what can be repeated is broken off, after
   * three quarters no step is waited for any more, and at its end nothing is.
   */
  Future<Void> leave(Duration grace) {
    leaving = true;
    long half = Math.max(1, grace.toMillis() / 2);
    long quarter = Math.max(1, grace.toMillis() / 4);
    var gone = Future.join(live.values().stream().map(Drivers::leave).toList());
    return gone.timeout(half, TimeUnit.MILLISECONDS)
        .recover(
            _ -> {
              all().forEach(driver -> driver.later(driver::breakOff));
              return gone.timeout(quarter, TimeUnit.MILLISECONDS);
            })
        .transform(_ -> Future.join(all().stream().map(Drivers::abandon).toList()))
        .transform(_ -> Future.join(List.copyOf(handovers)).timeout(quarter, TimeUnit.MILLISECONDS))
        .transform(_ -> Future.succeededFuture());
  }

  private static Future<Void> leave(Future<SessionDriver> opened) {
    return opened.compose(driver -> Hop.on(driver.context(), driver::leave));
  }

  private static Future<Void> abandon(SessionDriver driver) {
    return Hop.on(
        driver.context(),
        () -> {
          driver.abandon();
          return Future.succeededFuture();
        });
  }

  @Override
  public void released(SessionDriver driver) {
    var session = driver.id();
    voices.forget(session);
    live.computeIfPresent(
        session, (_, known) -> known.succeeded() && known.result() == driver ? null : known);
    admission.left(session.tenant());
    if (leaving && driver.durable() > 0 && driver.status().busy()) {
      handovers.add(handOver(driver));
    }
  }

  /** Others find it in the queue of work at once, instead of when this process is dead. */
  private Future<Void> handOver(SessionDriver driver) {
    var session = driver.id();
    return visits
        .inLine(
            session,
            WorkQueue.UNDER_WAY,
            () -> shell.journal().release(session, driver.title().epoch()))
        .onFailure(
            why -> LOG.warn("session {} was not handed over: {}", session, why.getMessage()));
  }
}
