package io.tidegate.run;

import io.tidegate.conversation.ModelFailure;
import io.tidegate.conversation.ModelFailure.Kind;
import io.tidegate.loop.AgentLoop;
import io.tidegate.loop.Effect;
import io.tidegate.loop.Entry;
import io.tidegate.loop.Event;
import io.tidegate.loop.RunState;
import io.tidegate.loop.RunState.Phase;
import io.tidegate.loop.StopReason;
import io.tidegate.loop.Turn;
import io.tidegate.run.Journal.Refused;
import io.tidegate.run.Journal.Refused.Why;
import io.tidegate.run.Journal.Status;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drives one session: journals what happens, asks the loop what should be happening, starts what is
 * missing and cancels what is no longer wanted. It lives on one context, and only while there is
 * something to do.
 */
final class SessionDriver implements SessionWriter, LogWriter.Owner {
  private static final Logger LOG = LoggerFactory.getLogger(SessionDriver.class);

  /** Far above what one event can set off; a loop that goes on beyond it is a bug. */
  private static final int MOST_ROUNDS = 10_000;

  private static final long READ_AGAIN_MS = 200;
  private static final long CLAIMS_OF_AN_EPOCH = 1_000_000;

  private final SessionId id;
  private final Shell shell;
  private final Context context;
  private final Deliberation deliberation;
  private final Keeper keeper;
  private final Flights flights = new Flights();
  private final Launcher launcher;
  private final Verified verified = new Verified();
  private final Recent recent;
  private final Alarm alarm;
  private final LogWriter log;
  private final Snapshots snapshots;
  private Title title;
  private RunState state;
  private final Promise<Void> gone = Promise.promise();
  private int tag;
  private long heard;
  private volatile boolean appended;
  private boolean doubted;
  private boolean released;
  private boolean leaving;
  private boolean settling;
  private boolean flushing;
  private boolean gathering;
  private long claims;

  /**
   * What makes the session this driver's.
   *
   * @param owner the life of this process to which it was given
   * @param epoch what the journal knows it by
   */
  record Title(String owner, long epoch) {
    /** Whether the journal knows it too. */
    boolean holds(Journal.Record record) {
      return record.epoch() == epoch && record.owner().equals(owner);
    }
  }

  SessionDriver(
      SessionId id,
      RunState state,
      Title title,
      Shell shell,
      CallSlots slots,
      Context context,
      Keeper keeper) {
    this.id = id;
    this.state = state;
    this.title = title;
    this.alarm = new Alarm(this);
    this.shell = shell;
    this.launcher = new Launcher(this, slots, flights);
    this.context = context;
    this.deliberation = new Deliberation(shell);
    this.tag = shell.ids().tag();
    this.keeper = keeper;
    keeper.queued(state.queue().size());
    this.log = new LogWriter(id, title, state, shell, this);
    this.recent = new Recent(state);
    this.snapshots = new Snapshots(shell.journal(), id, state);
  }

  @Override
  public SessionId id() {
    return id;
  }

  Shell shell() {
    return shell;
  }

  /** Whether nobody can have taken the session from this process. */
  boolean leaseHolds() {
    return keeper.lease().holds(title.owner());
  }

  Title title() {
    return title;
  }

  @Override
  public RunState state() {
    return state;
  }

  Till till() {
    return keeper.till();
  }

  /** The rank of a claim that is made now, see {@link Budgets.Claim}. */
  long claimRank() {
    return title.epoch() * CLAIMS_OF_AN_EPOCH + Math.min(claims++, CLAIMS_OF_AN_EPOCH - 1);
  }

  /** Notes thresholds of budgets that a call of the run passed, though the run may have ended. */
  void warn(String run, List<Event.BudgetWarned> warnings) {
    for (var warned : warnings) {
      if (released) {
        keeper.note(id, run, warned);
      } else {
        happen(run, warned);
      }
    }
  }

  Context context() {
    return context;
  }

  @Override
  public Deliberation deliberation() {
    return deliberation;
  }

  boolean released() {
    return released;
  }

  /** Runs the task on the driver's context. */
  void later(Runnable task) {
    context.runOnContext(_ -> task.run());
  }

  /**
   * Takes up what another process, or an earlier life of this one, left under way; a session at
   * rest is left so.
   */
  void takeUp() {
    if (state.phase() == Phase.RUNNING) {
      alarm.renew();
      act(this::resume);
    } else if (state.phase() == Phase.IDLE && !state.queue().isEmpty()) {
      settle();
    }
  }

  /** Clients are told that the reply they saw the beginning of is void. */
  private void resume() {
    new Abandoned(this).settle();
    var turn = state.turn();
    if (turn.stage() == Turn.Stage.ASKING) {
      var stopped = ModelFailure.of(Kind.UNREACHABLE, "The gateway stopped during the reply.");
      var again = new Event.Again(turn.target(), 0);
      append(state.run(), new Event.ModelFailed(turn.number(), turn.attempt(), stopped, again));
    }
    append(state.run(), new Event.Resumed(title.epoch()));
  }

  /** An event of the run under way, and all that follows from it. */
  void happen(Event event) {
    happen(state.run(), event);
  }

  /** An event, and all that follows from it. */
  void happen(String run, Event event) {
    act(() -> note(run, event));
  }

  /** Does something that records events, and all that follows from them. */
  void act(Runnable recording) {
    if (released) {
      return;
    }
    try {
      recording.run();
    } catch (RuntimeException bug) {
      fail(bug);
      return;
    }
    settle();
  }

  /**
   * Does something to the world that was journaled before. It happens a turn of the event loop
   * later: journals, models and tools that answer at once would grow the stack with each turn of
   * the run.
   */
  void perform(Runnable deed) {
    later(
        () -> {
          try {
            deed.run();
          } catch (RuntimeException bug) {
            fail(bug);
          }
        });
  }

  /**
   * Puts an event into the state and the next append. Whoever calls it calls {@link #settle} when
   * all events of the moment are recorded.
   */
  @Override
  public Future<Void> record(String run, Event event) {
    boolean rested = state.phase() == Phase.SUSPENDED;
    append(run, event);
    var written = log.written();
    goOnAfterRest(rested);
    return written;
  }

  /** As {@link #record}, when nobody waits for it to be in the journal. */
  void note(String run, Event event) {
    boolean rested = state.phase() == Phase.SUSPENDED;
    append(run, event);
    goOnAfterRest(rested);
  }

  private void goOnAfterRest(boolean rested) {
    if (rested && state.phase() == Phase.RUNNING) {
      append(state.run(), new Event.Resumed(title.epoch()));
    }
  }

  @Override
  public Future<Void> written() {
    return log.written();
  }

  private void append(String run, Event event) {
    for (var one : deliberation.withStateWrite(state, event)) {
      appendOnly(run, one);
    }
  }

  private void appendOnly(String run, Event event) {
    var entry = next(run, event);
    advance(entry);
    log.add(entry, state);
    verified.recorded(entry, state);
  }

  /** The event at the log's next place. */
  Entry next(String run, Event event) {
    long at = Math.max(shell.time().now(), state.at());
    return new Entry(state.head() + 1, at, run, event, tag);
  }

  private void advance(RunState next) {
    keeper.queued(next.queue().size() - state.queue().size());
    alarm.note(next);
    state = next;
  }

  @Override
  public void meta(String field, String value) {
    log.meta(field, value);
  }

  /** Makes what is happening what should be happening. */
  void settle() {
    if (released || settling) {
      return;
    }
    settling = true;
    try {
      if (leaving) {
        flights.keepOnly(AgentLoop.next(state));
        flights.cancelUnbegun();
      } else {
        rounds();
      }
    } catch (RuntimeException bug) {
      settling = false;
      fail(bug);
      return;
    }
    settling = false;
    if (!log.hasMore()) {
      releaseIfAtRest();
    } else if (shell.limits().appendDelayMs() == 0 || hurries()) {
      flushSoon();
    } else {
      gather();
    }
  }

  /** Whether somebody waits for the next append, or nothing is on its way that could join it. */
  private boolean hurries() {
    return leaving || log.isAwaited() || flights.isEmpty() || !status().busy();
  }

  /** What comes back within a moment goes into one append, such as the calls of a wave. */
  private void gather() {
    if (!gathering) {
      gathering = true;
      shell
          .time()
          .after(
              shell.limits().appendDelayMs(),
              () -> {
                gathering = false;
                log.flush();
              });
    }
  }

  /** At the end of the event loop's turn: what comes back in one turn goes into one append. */
  private void flushSoon() {
    if (!flushing) {
      flushing = true;
      later(
          () -> {
            flushing = false;
            log.flush();
            releaseIfAtRest();
          });
    }
  }

  private void rounds() {
    int rounds = 0;
    while (round()) {
      if (++rounds > MOST_ROUNDS) {
        throw new IllegalStateException("the loop does not come to rest");
      }
    }
  }

  /**
   * One look at what should be happening; says whether the state changed, so that another look is
   * due.
   */
  private boolean round() {
    var wanted = AgentLoop.next(state);
    flights.keepOnly(wanted);
    return think(wanted) || launcher.launch(wanted);
  }

  private boolean think(List<Effect> wanted) {
    boolean changed = false;
    for (var effect : wanted) {
      for (var fact : deliberation.facts(id, state, effect)) {
        note(fact.run(), fact.event());
        changed = true;
      }
    }
    return changed;
  }

  /**
   * A write that was answered otherwise is still under way: the driver stays until it comes back.
   */
  void expectLate(CallFlight flight) {
    flights.expectLate(flight);
  }

  void landLate(CallFlight flight, String run, Event.CallReturned late) {
    flights.landed(flight);
    happen(run, late);
  }

  /** The seq of the last entry that is in the journal. */
  long durable() {
    return log.base().head();
  }

  /** Whether nothing was appended here since this was asked last. May be asked from anywhere. */
  boolean wasQuiet() {
    boolean quiet = !appended;
    appended = false;
    return quiet;
  }

  @Override
  public void listenedTo(List<String> replicas) {
    keeper.listenedTo(id, replicas);
  }

  @Override
  public void durable(List<Entry> entries, RunState after) {
    appended = true;
    recent.add(entries);
    verified.tellAccepted(id, entries, shell.listener());
    shell.listener().recorded(id, entries, after);
    snapshots.appended(entries, after);
    later(this::goOn);
  }

  private void goOn() {
    settle();
    lookForFacts();
  }

  @Override
  public Status status() {
    return Status.of(state);
  }

  /** The entries after a seq that are in the journal, or null if not all of them are at hand. */
  @Nullable List<Entry> recent(long after) {
    return recent.from() <= after ? recent.after(after) : null;
  }

  /** The reply that is being streamed, or null. */
  Sessions.@Nullable Partial partial() {
    return flights.partial();
  }

  /**
   * Others may have appended facts up to that seq, the last with that tag: reads them. An append
   * that is under way may have been made before them, and then does not find them: they are looked
   * for after it.
   */
  void hearFacts(long head, int tag) {
    heard = Math.max(heard, head);
    doubted |= recent.contradicts(head, tag) || !log.base().mayEndWith(head, tag);
    lookForFacts();
  }

  private void lookForFacts() {
    if (!released && (doubted || heard > durable()) && log.pause()) {
      stale();
    }
  }

  @Override
  public void stale() {
    heard = 0;
    doubted = false;
    new CatchUp(shell, id, title, log.base(), recent)
        .run()
        .onSuccess(
            found -> {
              act(() -> goOnFrom(found));
              lookForFacts();
            })
        .onFailure(
            why -> {
              if (why instanceof Refused) {
                log.lose(why);
              } else if (!released) {
                shell.time().after(READ_AGAIN_MS, this::stale);
              }
            });
  }

  private void goOnFrom(CatchUp.Found found) {
    tag = shell.ids().tag();
    new Rebuild(this, log, flights, verified, recent).on(found);
  }

  /** Goes on from another end of the log. */
  void restart(RunState from, Title holding) {
    title = holding;
    log.restart(from, holding);
    advance(from);
  }

  /** Goes on to the state after an entry that is about to be appended. */
  void advance(Entry entry) {
    advance(state.after(entry));
    if (entry.event() instanceof Event.ApprovalRequested asked && asked.expiresAt() != null) {
      alarm.set();
    }
  }

  /** A bug ends the run, never the process. */
  private void fail(RuntimeException bug) {
    LOG.atError()
        .addKeyValue("tenant", id.tenant())
        .addKeyValue("session", id.id())
        .addKeyValue("run", state.run())
        .setCause(bug)
        .log("the run failed");
    try {
      if (state.phase() != Phase.IDLE) {
        var detail = "Something in the gateway went wrong: " + bug;
        append(
            state.run(),
            new Event.Stopped(state.stopFor(StopReason.FAILED, detail, true, null, "")));
      }
      flights.keepOnly(List.of());
      log.flush();
      releaseIfAtRest();
    } catch (RuntimeException worse) {
      worse.addSuppressed(bug);
      log.lose(worse);
    }
  }

  /**
   * Lets the session go after the step that it is in, for whoever takes it up: nothing new is
   * begun. Completes when what was begun has come back and everything is in the journal.
   */
  Future<Void> leave() {
    leaving = true;
    settle();
    return gone.future();
  }

  /** Breaks off what can be repeated elsewhere; writes that were begun may still come back. */
  void breakOff() {
    flights.breakOff();
    settle();
  }

  /** Lets the session go without waiting for anything. */
  void abandon() {
    log.lose(new Rejection(Rejection.Kind.UNAVAILABLE, "The gateway was stopped."));
  }

  /** Others have taken this process for dead, and the session with it. */
  void disown() {
    // Nobody knows whether a session that was just being made is there; what is asked of one that
    // was there is asked again.
    log.lose(
        durable() == 0
            ? new Rejection(Rejection.Kind.UNAVAILABLE, "The gateway has lost touch; try again.")
            : new Refused(Why.FENCED, "the lease is over"));
  }

  private void releaseIfAtRest() {
    boolean atRest = leaving || !status().busy();
    if (!released && atRest && flights.isEmpty() && alarm.isSet() && log.idle()) {
      release();
    }
  }

  private void release() {
    released = true;
    keeper.queued(-state.queue().size());
    keeper.released(this);
    gone.complete();
  }

  /** The session is another's: nothing more may be done here. */
  @Override
  public void lost(Throwable why) {
    if (released) {
      return;
    }
    // A session that somebody else made first was never this driver's.
    if (durable() > 0) {
      LOG.atWarn()
          .addKeyValue("tenant", id.tenant())
          .addKeyValue("session", id.id())
          .addKeyValue("run", state.run())
          .log("the session was lost: {}", why.getMessage());
    }
    for (var sent : flights.abandon()) {
      sent.leaveTo((run, returned) -> keeper.lateResult(id, run, returned));
    }
    release();
  }
}
