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
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drives one session: journals what happens, asks the loop what should be happening, starts what is
 * missing and cancels what is no longer wanted. It lives on one context, and only while there is
 * something to do.
 */
final class SessionDriver {
  private static final Logger LOG = LoggerFactory.getLogger(SessionDriver.class);

  /** Far above what one event can set off; a loop that goes on beyond it is a bug. */
  private static final int MOST_ROUNDS = 10_000;

  private static final long ALARM_PAUSE_MS = 1_000;

  private final SessionId id;
  private final Shell shell;
  private final CallSlots slots;
  private final Context context;
  private final Deliberation deliberation;
  private final Keeper keeper;
  private final Map<Effect.Key, Flight> flights = new HashMap<>();
  private final Set<CallFlight> lateFlights = new HashSet<>();
  private final Verified verified = new Verified();
  private final long epoch;
  private final LogWriter log;
  private final Snapshots snapshots;
  private RunState state;
  private final Promise<Void> gone = Promise.promise();
  private int alarmsOnTheirWay;
  private boolean released;
  private boolean leaving;
  private boolean settling;

  /** Who keeps the drivers. */
  interface Keeper {
    /** That many more runs wait for their session, or fewer. */
    void queued(long change);

    /** The driver does nothing any more. */
    void released(SessionDriver driver);

    /** The session is this process's, but not as this driver knows it: it is to be read anew. */
    void outdated(SessionDriver driver);
  }

  SessionDriver(
      SessionId id,
      RunState state,
      long epoch,
      Shell shell,
      CallSlots slots,
      Context context,
      Keeper keeper) {
    this.id = id;
    this.state = state;
    this.epoch = epoch;
    this.shell = shell;
    this.slots = slots;
    this.context = context;
    this.deliberation = new Deliberation(shell);
    this.keeper = keeper;
    keeper.queued(state.queue().size());
    this.snapshots = new Snapshots(shell.journal(), id, state);
    this.log =
        new LogWriter(id, epoch, state.head(), shell, this::status, this::durable, this::lost);
  }

  SessionId id() {
    return id;
  }

  Shell shell() {
    return shell;
  }

  RunState state() {
    return state;
  }

  Context context() {
    return context;
  }

  Deliberation deliberation() {
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
      act(this::resume);
    } else if (state.phase() == Phase.IDLE && !state.queue().isEmpty()) {
      settle();
    }
  }

  /** Clients are told that the reply they saw the beginning of is void. */
  private void resume() {
    var turn = state.turn();
    if (turn.stage() == Turn.Stage.ASKING) {
      var stopped = ModelFailure.of(Kind.UNREACHABLE, "The gateway stopped during the reply.");
      var again = new Event.Again(turn.target(), 0);
      append(state.run(), new Event.ModelFailed(turn.number(), turn.attempt(), stopped, again));
    }
    append(state.run(), new Event.Resumed(epoch));
  }

  /** An event of the run under way, and all that follows from it. */
  void happen(Event event) {
    happen(state.run(), event);
  }

  /** An event, and all that follows from it. */
  void happen(String run, Event event) {
    act(() -> record(run, event));
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
   *
   * @return completes when the event is in the journal
   */
  Future<Void> record(String run, Event event) {
    boolean rested = state.phase() == Phase.SUSPENDED;
    append(run, event);
    if (rested && state.phase() == Phase.RUNNING) {
      append(state.run(), new Event.Resumed(epoch));
    }
    return log.durable(state.head());
  }

  /** Completes when all that was recorded is in the journal. */
  Future<Void> written() {
    return log.durable(state.head());
  }

  private void append(String run, Event event) {
    var entry = new Entry(state.head() + 1, Math.max(shell.time().now(), state.at()), run, event);
    int waiting = state.queue().size();
    state = state.after(entry);
    keeper.queued(state.queue().size() - waiting);
    log.add(entry);
    verified.recorded(entry, state);
    if (event instanceof Event.ApprovalRequested asked && asked.expiresAt() != null) {
      alarmsOnTheirWay++;
      setAlarm();
    }
  }

  /** Without its alarm nothing would wake the session when the time is up. */
  private void setAlarm() {
    shell
        .journal()
        .setAlarm(id, Decisions.alarm(state))
        .onSuccess(_ -> later(this::alarmIsSet))
        .onFailure(_ -> shell.time().after(ALARM_PAUSE_MS, this::setAlarmAgain));
  }

  private void alarmIsSet() {
    alarmsOnTheirWay--;
    settle();
  }

  private void setAlarmAgain() {
    if (!released) {
      setAlarm();
    }
  }

  /** Sets a field of the session's record with the next append. */
  void meta(String field, String value) {
    log.meta(field, value);
  }

  /** Makes what is happening what should be happening. */
  void settle() {
    if (released || settling) {
      return;
    }
    if (leaving) {
      breakOff();
      log.flush();
      releaseIfAtRest();
      return;
    }
    settling = true;
    try {
      int rounds = 0;
      while (round()) {
        if (++rounds > MOST_ROUNDS) {
          throw new IllegalStateException("the loop does not come to rest");
        }
      }
    } catch (RuntimeException bug) {
      settling = false;
      fail(bug);
      return;
    }
    settling = false;
    log.flush();
    releaseIfAtRest();
  }

  /**
   * One look at what should be happening; says whether the state changed, so that another look is
   * due.
   */
  private boolean round() {
    var wanted = AgentLoop.next(state);
    cancelUnwanted(wanted);
    return think(wanted) || launch(wanted);
  }

  private void cancelUnwanted(List<Effect> wanted) {
    if (flights.isEmpty()) {
      return;
    }
    var keys = wanted.stream().map(Effect::key).collect(Collectors.toSet());
    var unwanted = flights.keySet().stream().filter(key -> !keys.contains(key)).toList();
    for (var key : unwanted) {
      var flight = flights.remove(key);
      if (flight != null) {
        flight.cancel();
      }
    }
  }

  private boolean think(List<Effect> wanted) {
    boolean changed = false;
    for (var effect : wanted) {
      for (var fact : deliberation.facts(state, effect)) {
        record(fact.run(), fact.event());
        changed = true;
      }
    }
    return changed;
  }

  private boolean launch(List<Effect> wanted) {
    boolean changed = false;
    for (var effect : wanted) {
      if (!flights.containsKey(effect.key())) {
        changed |= launch(effect);
      }
    }
    return changed;
  }

  private boolean launch(Effect effect) {
    return switch (effect) {
      case Effect.AskModel ask -> {
        var flight = new ModelFlight(this, ask);
        flights.put(ask.key(), flight);
        yield flight.begin();
      }
      case Effect.Start start -> {
        var call = state.anyCall(start.call()).orElseThrow();
        var contract = call.contract();
        if (contract == null) {
          throw new IllegalStateException("call '" + call.id() + "' has no contract");
        }
        var flight = new CallFlight(this, slots, call, contract, start);
        flights.put(start.key(), flight);
        yield flight.begin();
      }
      case Effect.Deadline deadline -> {
        flights.put(
            deadline.key(), new TimerFlight(this, deadline.leftMs(), new Event.DeadlinePassed()));
        yield false;
      }
      case Effect.GiveUp giveUp -> {
        var call = state.call(giveUp.call()).orElseThrow();
        long ms = Math.max(0, giveUp.at() - shell.time().now());
        flights.put(giveUp.key(), new TimerFlight(this, ms, CallFlight.unknown(call)));
        yield false;
      }
      case Effect.Begin _,
          Effect.Check _,
          Effect.Rule _,
          Effect.AskHuman _,
          Effect.Adopt _,
          Effect.Answer _,
          Effect.CheckOutput _,
          Effect.Rest _ ->
          false;
    };
  }

  /**
   * A write that was answered otherwise is still under way: the driver stays until it comes back.
   */
  void expectLate(CallFlight flight) {
    lateFlights.add(flight);
  }

  void landLate(CallFlight flight, String run, Event.CallReturned late) {
    lateFlights.remove(flight);
    happen(run, late);
  }

  /** The seq of the last entry that is in the journal. */
  long durable() {
    return log.durable();
  }

  private void durable(List<Entry> entries) {
    verified.tellAccepted(id, entries, shell.listener());
    shell.listener().recorded(id, entries, state);
    snapshots.appended(entries, state);
    later(this::settle);
  }

  Status status() {
    return switch (state.phase()) {
      case RUNNING -> Status.RUNNING;
      case SUSPENDED -> Status.SUSPENDED;
      case IDLE -> state.queue().isEmpty() ? Status.IDLE : Status.QUEUED;
    };
  }

  /** The reply that is being streamed, or null. */
  Sessions.@Nullable Partial partial() {
    for (var flight : flights.values()) {
      if (flight instanceof ModelFlight asking && asking.partial() != null) {
        return asking.partial();
      }
    }
    return null;
  }

  /** A bug ends the run, never the process. */
  private void fail(RuntimeException bug) {
    LOG.error("session {}: run {} failed", id, state.run(), bug);
    try {
      if (state.phase() != Phase.IDLE) {
        var detail = "Something in the gateway went wrong: " + bug;
        append(
            state.run(),
            new Event.Stopped(state.stopFor(StopReason.FAILED, detail, true, null, "")));
      }
      cancelUnwanted(List.of());
      log.flush();
      releaseIfAtRest();
    } catch (RuntimeException worse) {
      worse.addSuppressed(bug);
      log.lose(worse);
    }
  }

  /**
   * Lets the session go as it is, for whoever takes it up: nothing new is begun, and what can be
   * repeated is broken off. Completes when the writes that were begun have come back and everything
   * is in the journal.
   */
  Future<Void> leave() {
    leaving = true;
    settle();
    return gone.future();
  }

  private void breakOff() {
    for (var key : List.copyOf(flights.keySet())) {
      var flight = flights.get(key);
      if (flight != null && !(flight instanceof CallFlight call && call.mustLand())) {
        flights.remove(key);
        flight.cancel();
      }
    }
  }

  /** Lets the session go without waiting for anything. */
  void abandon() {
    log.lose(new Rejection(Rejection.Kind.UNAVAILABLE, "The gateway was stopped."));
  }

  private void releaseIfAtRest() {
    boolean atRest =
        leaving
            || switch (state.phase()) {
              case RUNNING -> false;
              case SUSPENDED -> true;
              case IDLE -> state.queue().isEmpty();
            };
    boolean nothingOut = flights.isEmpty() && lateFlights.isEmpty() && alarmsOnTheirWay == 0;
    if (atRest && nothingOut && log.idle()) {
      release();
    }
  }

  private void release() {
    released = true;
    gone.tryComplete();
    keeper.queued(-state.queue().size());
    keeper.released(this);
  }

  /** The journal is not as this driver knows it: nothing more may be done here. */
  private void lost(Throwable why) {
    // A session that somebody else made first was never this driver's.
    if (log.durable() > 0) {
      LOG.warn("session {}: lost: {}", id, why.getMessage());
    }
    release();
    flights.values().forEach(Flight::cancel);
    flights.clear();
    if (why instanceof Refused refused && refused.why() == Why.STALE_HEAD && log.durable() > 0) {
      keeper.outdated(this);
    }
  }
}
