package io.tidegate.run;

import io.tidegate.conversation.Json;
import io.tidegate.loop.Call;
import io.tidegate.loop.Entry;
import io.tidegate.loop.Event;
import io.tidegate.loop.Limits;
import io.tidegate.loop.RunState;
import io.tidegate.loop.RunState.Phase;
import io.tidegate.loop.Stop;
import io.tidegate.loop.StopReason;
import io.tidegate.run.Rejection.Kind;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The sessions of this process and its journal. */
public final class LiveSessions implements Sessions, Lease.Life {
  private final Vertx vertx;
  private final Shell shell;
  private final Followers followers = new Followers();
  private final Neighbours neighbours;
  private final Lease lease;
  private final Admission admission;
  private final Voices voices;
  private final Ears ears;
  private final Drivers drivers;
  private final Takeover takeover;
  private final Lookout lookout;
  private final Loader loader;
  private final Starts starts;
  private final Decisions decisions;
  private final Corrections corrections;

  public LiveSessions(Vertx vertx, Shell shell) {
    this.vertx = vertx;
    this.neighbours = new Neighbours(shell.replicas());
    this.voices = new Voices(neighbours, shell.time());
    this.shell = shell.toldFirst(followers, voices);
    this.lease = new Lease(this.shell, this);
    this.admission = new Admission(this.shell, lease);
    this.drivers = new Drivers(vertx, this.shell, lease, admission, neighbours, voices);
    this.takeover = new Takeover(this.shell, drivers, admission, lease);
    this.lookout = new Lookout(this.shell, drivers);
    this.ears =
        new Ears(this.shell, followers, neighbours, session -> drivers.find(session) != null);
    this.loader = new Loader(shell.journal());
    this.corrections = new Corrections(this.shell);
    this.starts = new Starts(this.shell, drivers, admission, corrections);
    this.decisions = new Decisions(this.shell, drivers, loader);
  }

  /**
   * Joins the replicas, and looks after sessions that need a process from now on; completes when
   * others know of this one.
   *
   * @param alone whether nobody else can be alive on this journal: then what others left is taken
   *     up at once
   */
  public Future<Void> open(boolean alone) {
    neighbours.listen(this::hear, drivers::lookAtAll);
    admission.whenRoom(takeover::work);
    return Hop.back(
        vertx.getOrCreateContext(),
        (alone ? buryOthers() : Future.<Void>succeededFuture())
            .compose(_ -> lease.enter())
            .onSuccess(
                _ -> {
                  takeover.dead();
                  takeover.begin();
                  ears.begin();
                  lookout.begin();
                }));
  }

  private Future<Void> buryOthers() {
    return shell
        .replicas()
        .living()
        .compose(all -> Future.all(all.stream().map(shell.replicas()::leave).toList()))
        .mapEmpty();
  }

  @Override
  public void begins(String incarnation) {
    neighbours.become(incarnation);
    takeover.work();
  }

  @Override
  public void ends(String incarnation) {
    neighbours.fallSilent();
    drivers.disownAll();
  }

  private void hear(Message message) {
    switch (message) {
      case Message.Grew(var session, long head) -> ears.grew(session, head);
      case Message.Said said -> ears.said(said);
      case Message.FactsAdded(var session, long head, int tag) ->
          onDriver(session, driver -> driver.hearFacts(head, tag));
      case Message.Listens(var session, var replica) ->
          onDriver(session, _ -> voices.listens(session, replica));
      case Message.PartialWanted wanted -> givePartial(wanted);
      case Message.PartialGiven given -> ears.given(given);
      case Message.WorkWaits _ -> takeover.called();
    }
  }

  private void onDriver(SessionId session, Consumer<SessionDriver> task) {
    var driver = drivers.find(session);
    if (driver != null) {
      driver.later(
          () -> {
            if (!driver.released()) {
              task.accept(driver);
            }
          });
    }
  }

  private void givePartial(Message.PartialWanted wanted) {
    onDriver(
        wanted.session(),
        driver -> {
          voices.listens(wanted.session(), wanted.replica());
          neighbours.tell(
              wanted.replica(), new Message.PartialGiven(wanted.ticket(), driver.partial()));
        });
  }

  /**
   * Hands all sessions over to other replicas, each after the step it is in, and begins nothing
   * new. What does not come back within the grace is left.
   */
  public Future<Void> leave(Duration grace) {
    return Hop.back(
        vertx.getOrCreateContext(),
        drivers
            .leave(grace)
            .transform(_ -> lease.leave())
            .onComplete(
                _ -> {
                  ears.end();
                  lookout.end();
                  neighbours.fallSilent();
                }));
  }

  /** Takes up and begins nothing new from now on; what is driven here goes on. */
  public void refuse() {
    drivers.refuse();
  }

  /** How many sessions are driven in this process. */
  public long active() {
    return drivers.count();
  }

  /** Whether others can count on this process: it lives, and nobody took it for dead. */
  public boolean alive() {
    return lease.alive();
  }

  @Override
  public Future<Started> start(Start start) {
    var caller = vertx.getOrCreateContext();
    return Hop.back(caller, Hop.to(caller, () -> starts.start(start)));
  }

  @Override
  public Future<SessionId> create(
      String tenant,
      @Nullable String id,
      String agent,
      @Nullable Json state,
      Json metadata,
      String by) {
    var caller = vertx.getOrCreateContext();
    return Hop.back(
        caller, Hop.to(caller, () -> starts.create(tenant, id, agent, state, metadata, by)));
  }

  @Override
  public Future<View> view(SessionId session, long at) {
    var found =
        shell
            .journal()
            .find(session)
            .compose(
                record ->
                    record == null
                        ? Future.failedFuture(Drivers.missing(session))
                        : stateAt(record, at).map(state -> new View(record, state)));
    return Hop.back(vertx.getOrCreateContext(), found);
  }

  private Future<RunState> stateAt(Journal.Record record, long at) {
    if (at > record.head()) {
      return Future.failedFuture(
          new Rejection(
              Kind.INVALID,
              "The session's last entry is %d, not %d.".formatted(record.head(), at)));
    }
    var live = drivers.find(record.id());
    return at == 0 && live != null
        ? Hop.on(live.context(), () -> Future.succeededFuture(live.state()))
        : loader.state(record.id(), at == 0 ? Long.MAX_VALUE : at);
  }

  @Override
  public Future<RunView> run(SessionId session, String run) {
    return view(session, 0).compose(view -> run(session, run, view.state()));
  }

  private Future<RunView> run(SessionId session, String run, RunState state) {
    if (run.equals(state.run())) {
      return Future.succeededFuture(
          new RunView(session, run, state.agent(), status(state), state.stop()));
    }
    if (state.queue().stream().anyMatch(waiting -> waiting.run().equals(run))) {
      return Future.succeededFuture(new RunView(session, run, state.agent(), "queued", null));
    }
    return loader
        .fold(session, Optional.<Stop>empty(), (found, entry) -> stopOf(run, entry).or(() -> found))
        .compose(
            stop ->
                stop.isEmpty()
                    ? Future.failedFuture(noRun(session, run))
                    : Future.succeededFuture(
                        new RunView(session, run, state.agent(), "stopped", stop.get())));
  }

  private static Optional<Stop> stopOf(String run, Entry entry) {
    return entry.run().equals(run) && entry.event() instanceof Event.Stopped(var stop)
        ? Optional.of(stop)
        : Optional.empty();
  }

  private static String status(RunState state) {
    return switch (state.phase()) {
      case RUNNING -> "running";
      case SUSPENDED -> "suspended";
      case IDLE -> "stopped";
    };
  }

  private static Rejection noRun(SessionId session, String run) {
    return new Rejection(
        Kind.NOT_FOUND, "Session '%s' has no run '%s'.".formatted(session.id(), run));
  }

  @Override
  public Future<Void> cancel(SessionId session, String run, String detail, String by) {
    return run(session, run)
        .compose(
            known ->
                known.status().equals("stopped")
                    ? Future.succeededFuture()
                    : drivers.with(session, driver -> cancel(driver, run, detail, by)));
  }

  private Future<Void> cancel(SessionWriter driver, String run, String detail, String by) {
    var state = driver.state();
    if (state.queue().stream().anyMatch(waiting -> waiting.run().equals(run))) {
      return driver.record(
          run, new Event.Stopped(Deliberation.never(StopReason.CANCELLED, detail)));
    }
    if (!state.run().equals(run) || state.phase() == Phase.IDLE) {
      return Future.succeededFuture();
    }
    return driver.record(run, new Event.Cancelled(StopReason.CANCELLED, detail, by));
  }

  @Override
  public Future<Void> resume(
      SessionId session,
      String run,
      Limits.Change limits,
      @Nullable Json state,
      String note,
      String by) {
    return drivers.with(session, driver -> resume(driver, run, limits, state, note, by));
  }

  private Future<Void> resume(
      SessionWriter driver,
      String run,
      Limits.Change limits,
      @Nullable Json state,
      String note,
      String by) {
    var stop = driver.state().stop();
    if (!driver.state().run().equals(run)) {
      return Future.failedFuture(noRun(driver.id(), run));
    }
    if (driver.state().phase() != Phase.SUSPENDED || stop == null) {
      return Future.failedFuture(
          new Rejection(Kind.INVALID, "Run '" + run + "' is not suspended."));
    }
    if (stop.reason() == StopReason.APPROVAL_PENDING
        || stop.reason() == StopReason.INPUT_REQUIRED
        || waitsForOutcomes(driver.state())) {
      return Future.failedFuture(
          new Rejection(Kind.INVALID, "Run '" + run + "' waits for people. " + stop.next()));
    }
    // Wrong limits are refused here, before anything is journaled.
    valid(driver.state().requirePin().limits(), limits);
    if (state != null) {
      var pin = driver.state().requirePin();
      driver.record(run, new Event.StateSet(corrections.valid(state, pin.state()), by));
    }
    return driver.record(run, new Event.Reopened(limits, note, by));
  }

  /** What the store lost leaves an unknown outcome without a call that people could settle. */
  private static boolean waitsForOutcomes(RunState state) {
    return state.calls().stream()
        .anyMatch(call -> call.status() == Call.Status.UNKNOWN && call.settled() == null);
  }

  @Override
  public Future<Corrected> patchState(SessionId session, Json patch, long expected, String by) {
    return drivers.with(session, writer -> corrections.patch(writer, patch, expected, by));
  }

  static Limits valid(Limits limits, Limits.Change change) {
    try {
      return limits.with(change);
    } catch (IllegalArgumentException wrong) {
      throw new Rejection(Kind.INVALID, String.valueOf(wrong.getMessage()));
    }
  }

  @Override
  public Future<Void> decide(SessionId session, String call, Decision decision) {
    return decisions.decide(session, call, decision);
  }

  @Override
  public Future<Void> answer(SessionId session, String call, Json answer, String by) {
    return decisions.answer(session, call, answer, by);
  }

  @Override
  public Future<Void> settle(
      SessionId session,
      String call,
      Event.Resolution resolution,
      @Nullable Json result,
      String note,
      String by) {
    return decisions.settle(session, call, resolution, result, note, by);
  }

  @Override
  public Future<SessionId> fork(SessionId session, long at, String by) {
    var forked =
        shell
            .journal()
            .find(session)
            .compose(
                record ->
                    record == null
                        ? Future.failedFuture(Drivers.missing(session))
                        : fork(record, at == 0 ? record.head() : at, by));
    return Hop.back(vertx.getOrCreateContext(), forked);
  }

  private Future<SessionId> fork(Journal.Record record, long at, String by) {
    if (at < 1 || at > record.head()) {
      return Future.failedFuture(
          new Rejection(
              Kind.INVALID,
              "A fork begins at an entry from 1 to %d, not at %d.".formatted(record.head(), at)));
    }
    var from = record.id();
    var to = new SessionId(from.tenant(), from.root() + "." + shell.ids().session());
    var entry = new Entry(at + 1, shell.time().now(), "", new Event.Forked(from.id(), at, by));
    return shell.journal().fork(from, at, to, entry, record.agent()).map(to);
  }

  @Override
  public Future<Void> delete(SessionId session) {
    var live = drivers.find(session);
    // What stopped a moment ago is let go by a task that its context runs before this one.
    var free =
        live == null
            ? Future.<Void>succeededFuture()
            : Hop.on(
                live.context(), () -> live.released() ? Future.succeededFuture() : busy(session));
    var deleted =
        free.compose(_ -> shell.journal().find(session))
            .compose(
                record ->
                    record != null && record.status().busy()
                        ? busy(session)
                        : Future.<Void>succeededFuture())
            .compose(_ -> shell.journal().delete(session))
            .<Void>compose(
                was ->
                    was ? Future.succeededFuture() : Future.failedFuture(Drivers.missing(session)));
    return Hop.back(vertx.getOrCreateContext(), deleted);
  }

  private static Future<Void> busy(SessionId session) {
    return Future.failedFuture(
        new Rejection(
            Kind.BUSY, "Session '" + session.id() + "' has a run under way; cancel it first."));
  }

  /** Acts on a session wherever it is driven; the action may be repeated. */
  <T> Future<T> ofSession(SessionId session, Function<SessionWriter, Future<T>> action) {
    return drivers.with(session, action);
  }

  /** Lets approvals that nobody gave in time expire, in all sessions whose alarm has come. */
  public Future<Void> expireApprovals() {
    return decisions.expire();
  }

  @Override
  public Following follow(SessionId session, RunListener listener) {
    return ears.follow(session, listener);
  }

  @Override
  public Future<@Nullable List<Entry>> recent(SessionId session, long after) {
    var live = drivers.find(session);
    return live == null
        ? Future.succeededFuture()
        : Hop.back(
            vertx.getOrCreateContext(),
            Hop.on(live.context(), () -> Future.succeededFuture(live.recent(after))));
  }

  @Override
  public Future<@Nullable Partial> partial(SessionId session) {
    var live = drivers.find(session);
    return Hop.back(
        vertx.getOrCreateContext(),
        live == null
            ? ears.partial(session)
            : Hop.on(live.context(), () -> Future.succeededFuture(live.partial())));
  }
}
