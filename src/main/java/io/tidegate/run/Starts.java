package io.tidegate.run;

import io.tidegate.conversation.Json;
import io.tidegate.loop.Entry;
import io.tidegate.loop.Event;
import io.tidegate.loop.Limits;
import io.tidegate.loop.RunState;
import io.tidegate.loop.RunState.Phase;
import io.tidegate.loop.StopReason;
import io.tidegate.loop.Trace;
import io.tidegate.run.Agents.Agent;
import io.tidegate.run.Journal.Batch;
import io.tidegate.run.Journal.Status;
import io.tidegate.run.Rejection.Kind;
import io.tidegate.run.Sessions.OnBusy;
import io.tidegate.run.Sessions.Start;
import io.tidegate.run.Sessions.Started;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Begins runs, each exactly once for an idempotency key, in sessions new and old. */
final class Starts {
  /** Runs that one session lets wait. */
  private static final int LONGEST_QUEUE = 100;

  private final Shell shell;
  private final Drivers drivers;
  private final Admission admission;
  private final Corrections corrections;

  Starts(Shell shell, Drivers drivers, Admission admission, Corrections corrections) {
    this.shell = shell;
    this.drivers = drivers;
    this.admission = admission;
    this.corrections = corrections;
  }

  Future<Started> start(Start start) {
    if (!drivers.open()) {
      return Future.failedFuture(drivers.stopping());
    }
    var refused = start.hook() == null ? null : shell.agents().refusal(start.hook());
    if (refused != null) {
      return Future.failedFuture(new Rejection(Kind.INVALID, refused));
    }
    var named = start.session();
    var session = sessionId(start.tenant(), named == null ? freshId(start) : named);
    return named == null ? fresh(session, start) : known(session, start);
  }

  private static SessionId sessionId(String tenant, String id) {
    if (!SessionId.valid(id)) {
      throw new Rejection(
          Kind.INVALID, "A session id is 1 to 64 letters, digits, '_' or '-', was '" + id + "'.");
    }
    return new SessionId(tenant, id);
  }

  private String freshId(Start start) {
    var key = start.idempotencyKey();
    return key == null ? shell.ids().session() : "k_" + digest(start.tenant(), key);
  }

  private Future<Started> known(SessionId session, Start start) {
    return shell
        .journal()
        .find(session)
        .compose(record -> record == null ? named(session, start) : join(session, start, record));
  }

  /** A session is made under the name that the client gave it if it says for which agent. */
  private Future<Started> named(SessionId session, Start start) {
    return start.agent() == null
        ? Future.failedFuture(Drivers.missing(session))
        : fresh(session, start);
  }

  private Future<Started> fresh(SessionId session, Start start) {
    var agent = agent(start.agent());
    if (agent.isEmpty()) {
      return Future.failedFuture(unknownAgent(start.agent()));
    }
    var limits = LiveSessions.valid(agent.get().pin().limits(), start.limits());
    return admission
        .enter(session.tenant())
        .compose(
            room ->
                room
                    ? begin(session, start, agent.get(), limits)
                    : wait(session, start, agent.get()));
  }

  private Future<Started> begin(SessionId session, Start start, Agent agent, Limits limits) {
    if (!drivers.open()) {
      admission.left(session.tenant());
      return Future.failedFuture(drivers.stopping());
    }
    var driver = drivers.create(session);
    if (driver == null) {
      return drivers.open() ? again(session, start) : Future.failedFuture(drivers.stopping());
    }
    var run = runId(session, start);
    driver.record("", opened(start, agent));
    long after = driver.state().head();
    remember(driver, run, start);
    var pin = agent.pin().withLimits(limits);
    var durable =
        driver.record(
            run,
            new Event.Asked(
                pin, start.input(), start.metadata(), start.by(), start.hook(), trace(start)));
    driver.settle();
    return durable
        .map(_ -> new Started(session, run, after, false, false, 1))
        .recover(lost -> exists(lost) ? again(session, start) : Future.failedFuture(lost));
  }

  private static Event opened(Start start, Agent agent) {
    return new Event.Opened(
        agent.name(), new Json(agent.initialState()), Json.EMPTY_OBJECT, start.by());
  }

  /** There is no room here, or none for the tenant: whoever has some first begins the run. */
  private Future<Started> wait(SessionId session, Start start, Agent agent) {
    var run = runId(session, start);
    long now = shell.time().now();
    int tag = shell.ids().tag();
    var entries =
        List.of(
            new Entry(1, now, "", opened(start, agent), tag),
            new Entry(2, now, run, waiting(start, agent.name(), false), tag));
    var meta = noted(run, 1, start);
    var batch = new Batch("", 1, 0, 0, entries, Status.QUEUED, meta);
    return drivers
        .visits()
        .inLine(session, start.priority(), () -> shell.journal().append(session, batch))
        .map(_ -> new Started(session, run, 1, true, false, 1))
        .recover(lost -> knownBefore(session, start, lost));
  }

  /** A request that was accepted once is not refused for want of room when it is repeated. */
  private Future<Started> knownBefore(SessionId session, Start start, Throwable lost) {
    if (exists(lost)) {
      return again(session, start);
    }
    return start.idempotencyKey() == null
        ? Future.failedFuture(lost)
        : shell
            .journal()
            .find(session)
            .compose(
                record ->
                    record == null ? Future.failedFuture(lost) : join(session, start, record));
  }

  private static boolean exists(Throwable lost) {
    return lost instanceof Journal.Refused;
  }

  /** Somebody made the session first, maybe with the same key. */
  private Future<Started> again(SessionId session, Start start) {
    return drivers
        .with(session, SessionWriter::written)
        .compose(_ -> shell.journal().find(session))
        .compose(
            record ->
                record == null
                    ? Future.failedFuture(Drivers.missing(session))
                    : join(session, start, record))
        .recover(why -> Future.failedFuture(Drivers.isMissing(why) ? unmade(session) : why));
  }

  /** Whoever was about to make it did not come to it: there is no telling that it can't be made. */
  private static Rejection unmade(SessionId session) {
    return new Rejection(
        Kind.UNAVAILABLE, "Session '" + session.id() + "' could not be made just now; try again.");
  }

  private Future<Started> join(SessionId session, Start start, Journal.Record record) {
    var run = runId(session, start);
    var before = record.meta().get(field(run));
    if (start.idempotencyKey() != null && before != null) {
      return repeated(record, run, start);
    }
    if (record.status() != Status.IDLE) {
      return drivers.with(
          session, start.priority(), driver -> join(driver, run, start, record.agent()));
    }
    return admission
        .enter(session.tenant())
        .compose(
            room ->
                room
                    ? drivers.withAdmitted(
                        record,
                        start.priority(),
                        writer -> join(writer, run, start, record.agent()))
                    : drivers.visit(
                        session,
                        start.priority(),
                        writer -> join(writer, run, start, record.agent())));
  }

  private Future<Started> repeated(Journal.Record record, String run, Start start) {
    var session = record.id();
    var before = record.meta().get(field(run));
    if (before == null) {
      return Future.failedFuture(
          new IllegalStateException("nobody noted what run '" + run + "' was asked"));
    }
    var parts = before.split(" ", 2);
    if (!parts[1].equals(digest(start))) {
      return Future.failedFuture(
          new Rejection(
              Kind.KEY_REUSED,
              "The Idempotency-Key '%s' was used with another request."
                  .formatted(start.idempotencyKey())));
    }
    return Future.succeededFuture(
        new Started(session, run, Long.parseLong(parts[0]), false, true, record.generation()));
  }

  private Future<Started> join(SessionWriter driver, String run, Start start, String agentBefore) {
    if (knows(driver.state(), run)) {
      return accepted(driver, run, start);
    }
    var name = start.agent() == null ? agentBefore : start.agent();
    var agent = agent(name);
    if (agent.isEmpty()) {
      return Future.failedFuture(unknownAgent(name));
    }
    var limits = LiveSessions.valid(agent.get().pin().limits(), start.limits());
    boolean idle = driver.state().phase() == Phase.IDLE && driver.state().queue().isEmpty();
    // Who only leaves facts begins nothing: the run waits for whoever drives it.
    boolean free = idle && driver instanceof SessionDriver;
    return free
        ? begin(driver, run, start, agent.get(), limits)
        : queue(driver, run, start, agent.get().name());
  }

  private static boolean knows(RunState state, String run) {
    return state.run().equals(run)
        || state.queue().stream().anyMatch(waiting -> waiting.run().equals(run));
  }

  /** The same request came while this one was on its way. */
  private Future<Started> accepted(SessionWriter driver, String run, Start start) {
    return driver
        .written()
        .compose(_ -> shell.journal().find(driver.id()))
        .compose(
            record ->
                record == null
                    ? Future.failedFuture(Drivers.missing(driver.id()))
                    : repeated(record, run, start));
  }

  private Future<Started> begin(
      SessionWriter driver, String run, Start start, Agent agent, Limits limits) {
    long after = driver.state().head();
    long generation = driver.state().generation();
    remember(driver, run, start);
    return driver
        .record(
            run,
            new Event.Asked(
                agent.pin().withLimits(limits),
                start.input(),
                start.metadata(),
                start.by(),
                start.hook(),
                trace(start)))
        .map(_ -> new Started(driver.id(), run, after, false, false, generation));
  }

  private Future<Started> queue(SessionWriter driver, String run, Start start, String agent) {
    var state = driver.state();
    boolean idle = state.phase() == Phase.IDLE && state.queue().isEmpty();
    if (!idle && start.onBusy() == OnBusy.REJECT) {
      return Future.failedFuture(busy(driver.id(), state));
    }
    if (state.queue().size() >= LONGEST_QUEUE) {
      return Future.failedFuture(
          new Rejection(
              Kind.OVERLOADED,
              "Session '%s' has %d runs waiting, which is the limit."
                  .formatted(driver.id().id(), LONGEST_QUEUE)));
    }
    if (drivers.queueFull()) {
      return Future.failedFuture(
          new Rejection(
              Kind.OVERLOADED, "Too many runs wait for their sessions; try again later."));
    }
    boolean interrupt = start.onBusy() == OnBusy.INTERRUPT;
    long after = state.head();
    long generation = state.generation();
    remember(driver, run, start);
    var queued = driver.record(run, waiting(start, agent, interrupt));
    if (interrupt && state.phase() != Phase.IDLE) {
      driver.record(
          state.run(),
          new Event.Cancelled(
              StopReason.INTERRUPTED, "Run '" + run + "' takes its place.", start.by()));
    }
    return queued.map(_ -> new Started(driver.id(), run, after, true, false, generation));
  }

  private Event waiting(Start start, String agent, boolean ahead) {
    return new Event.Queued(
        agent,
        start.input(),
        start.limits(),
        start.metadata(),
        ahead,
        start.by(),
        start.hook(),
        trace(start));
  }

  private @Nullable Trace trace(Start start) {
    return shell.tracing().begin(start.caller(), shell.time().now());
  }

  private static Rejection busy(SessionId session, RunState state) {
    return new Rejection(
        Kind.BUSY,
        "Session '%s' has run '%s' under way (%s). Wait for it, cancel it, or ask with on_busy: enqueue or interrupt."
            .formatted(session.id(), state.run(), state.phase().name().toLowerCase(Locale.ROOT)));
  }

  Future<SessionId> create(
      String tenant,
      @Nullable String id,
      String agentName,
      @Nullable Json state,
      Json metadata,
      String by) {
    var agent = agent(agentName);
    if (agent.isEmpty()) {
      return Future.failedFuture(unknownAgent(agentName));
    }
    var session = sessionId(tenant, id == null ? shell.ids().session() : id);
    if (!drivers.open()) {
      return Future.failedFuture(drivers.stopping());
    }
    var initial =
        state == null
            ? new Json(agent.get().initialState())
            : corrections.valid(state, agent.get().pin().state());
    admission.entered(tenant);
    var driver = drivers.create(session);
    if (driver == null) {
      return Future.failedFuture(drivers.open() ? taken(session) : drivers.stopping());
    }
    var made = driver.record("", new Event.Opened(agent.get().name(), initial, metadata, by));
    driver.settle();
    return made.map(session)
        .recover(lost -> Future.failedFuture(exists(lost) ? taken(session) : lost));
  }

  private static Rejection taken(SessionId session) {
    return new Rejection(Kind.EXISTS, "There is a session '" + session.id() + "' already.");
  }

  private Optional<Agent> agent(@Nullable String name) {
    return name == null ? Optional.empty() : shell.agents().find(name);
  }

  private Rejection unknownAgent(@Nullable String name) {
    var known = shell.agents().all().stream().map(Agent::name).toList();
    return new Rejection(
        Kind.INVALID,
        name == null
            ? "Say which agent is to run; the agents are " + known + "."
            : "There is no agent '%s'; the agents are %s.".formatted(name, known));
  }

  private static void remember(SessionWriter driver, String run, Start start) {
    noted(run, driver.state().head(), start).forEach(driver::meta);
  }

  /**
   * What is noted with the session: what was asked under which key, so that the same request finds
   * its run, and that the run has somebody to tell of it, from which entry on.
   */
  private static Map<String, String> noted(String run, long after, Start start) {
    var noted = new HashMap<String, String>();
    if (start.hook() != null) {
      noted.put(Outbox.field(run), after + " " + start.hook().url());
    }
    if (start.idempotencyKey() != null) {
      noted.put(field(run), after + " " + digest(start));
    }
    return noted;
  }

  private static String field(String run) {
    return "run:" + run;
  }

  private String runId(SessionId session, Start start) {
    var key = start.idempotencyKey();
    return key == null ? shell.ids().run() : "r_" + digest(session.toString(), key);
  }

  private static String digest(Start start) {
    return digest(
        String.valueOf(start.agent()),
        start.input(),
        start.limits().toString(),
        // Without a webhook, the digest is the one that was noted before there were any.
        start.metadata().text() + (start.hook() == null ? "" : start.hook()));
  }

  private static String digest(String... parts) {
    try {
      var sha = MessageDigest.getInstance("SHA-256");
      for (var part : parts) {
        sha.update(part.getBytes(StandardCharsets.UTF_8));
        sha.update((byte) 0);
      }
      return HexFormat.of().formatHex(sha.digest(), 0, 12);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
