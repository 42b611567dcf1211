package io.tidegate.run;

import io.tidegate.conversation.Json;
import io.tidegate.loop.Event;
import io.tidegate.loop.Limits;
import io.tidegate.loop.RunState;
import io.tidegate.loop.RunState.Phase;
import io.tidegate.loop.StopReason;
import io.tidegate.run.Agents.Agent;
import io.tidegate.run.Rejection.Kind;
import io.tidegate.run.Sessions.OnBusy;
import io.tidegate.run.Sessions.Start;
import io.tidegate.run.Sessions.Started;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Begins runs, each exactly once for an idempotency key, in sessions new and old. */
final class Starts {
  /** Runs that one session lets wait. */
  private static final int LONGEST_QUEUE = 100;

  private final Shell shell;
  private final Drivers drivers;

  Starts(Shell shell, Drivers drivers) {
    this.shell = shell;
    this.drivers = drivers;
  }

  Future<Started> start(Start start) {
    if (drivers.full()) {
      return Future.failedFuture(
          new Rejection(
              Kind.OVERLOADED,
              "The gateway has %d active runs, which is its limit; try again later."
                  .formatted(drivers.count())));
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
    var driver = drivers.create(session);
    if (driver == null) {
      return again(session, start);
    }
    var run = runId(session, start);
    driver.record(
        "",
        new Event.Opened(
            agent.get().name(),
            new Json(agent.get().initialState()),
            Json.EMPTY_OBJECT,
            start.by()));
    long after = driver.state().head();
    remember(driver, run, start);
    var pin = agent.get().pin().withLimits(limits);
    var durable =
        driver.record(
            run, new Event.Asked(pin, start.input(), start.metadata(), start.by(), start.hook()));
    driver.settle();
    return durable
        .map(_ -> new Started(session, run, after, false, false))
        .recover(lost -> exists(lost) ? again(session, start) : Future.failedFuture(lost));
  }

  private static boolean exists(Throwable lost) {
    return lost instanceof Journal.Refused;
  }

  /** Somebody made the session first, maybe with the same key. */
  private Future<Started> again(SessionId session, Start start) {
    return drivers
        .with(session, SessionDriver::written)
        .compose(_ -> shell.journal().find(session))
        .compose(
            record ->
                record == null
                    ? Future.failedFuture(Drivers.missing(session))
                    : join(session, start, record));
  }

  private Future<Started> join(SessionId session, Start start, Journal.Record record) {
    var run = runId(session, start);
    var before = record.meta().get(field(run));
    if (start.idempotencyKey() != null && before != null) {
      return repeated(session, run, start, before);
    }
    return drivers.with(session, driver -> join(driver, run, start, record.agent()));
  }

  private Future<Started> repeated(
      SessionId session, String run, Start start, @Nullable String before) {
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
    return Future.succeededFuture(new Started(session, run, Long.parseLong(parts[0]), false, true));
  }

  private Future<Started> join(SessionDriver driver, String run, Start start, String agentBefore) {
    if (knows(driver.state(), run)) {
      return accepted(driver, run, start);
    }
    var name = start.agent() == null ? agentBefore : start.agent();
    var agent = agent(name);
    if (agent.isEmpty()) {
      return Future.failedFuture(unknownAgent(name));
    }
    var limits = LiveSessions.valid(agent.get().pin().limits(), start.limits());
    boolean free = driver.state().phase() == Phase.IDLE && driver.state().queue().isEmpty();
    return free
        ? begin(driver, run, start, agent.get(), limits)
        : queue(driver, run, start, agent.get().name());
  }

  private static boolean knows(RunState state, String run) {
    return state.run().equals(run)
        || state.queue().stream().anyMatch(waiting -> waiting.run().equals(run));
  }

  /** The same request came while this one was on its way. */
  private Future<Started> accepted(SessionDriver driver, String run, Start start) {
    return driver
        .written()
        .compose(_ -> shell.journal().find(driver.id()))
        .compose(
            record ->
                record == null
                    ? Future.failedFuture(Drivers.missing(driver.id()))
                    : repeated(driver.id(), run, start, record.meta().get(field(run))));
  }

  private Future<Started> begin(
      SessionDriver driver, String run, Start start, Agent agent, Limits limits) {
    long after = driver.state().head();
    remember(driver, run, start);
    return driver
        .record(
            run,
            new Event.Asked(
                agent.pin().withLimits(limits),
                start.input(),
                start.metadata(),
                start.by(),
                start.hook()))
        .map(_ -> new Started(driver.id(), run, after, false, false));
  }

  private Future<Started> queue(SessionDriver driver, String run, Start start, String agent) {
    var state = driver.state();
    if (start.onBusy() == OnBusy.REJECT) {
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
    remember(driver, run, start);
    var queued =
        driver.record(
            run,
            new Event.Queued(
                agent,
                start.input(),
                start.limits(),
                start.metadata(),
                interrupt,
                start.by(),
                start.hook()));
    if (interrupt && state.phase() != Phase.IDLE) {
      driver.record(
          state.run(),
          new Event.Cancelled(
              StopReason.INTERRUPTED, "Run '" + run + "' takes its place.", start.by()));
    }
    return queued.map(_ -> new Started(driver.id(), run, after, true, false));
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
    var driver = drivers.create(session);
    if (driver == null) {
      return Future.failedFuture(taken(session));
    }
    var initial = state == null ? new Json(agent.get().initialState()) : state;
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

  /**
   * Notes what was asked under which key, so that the same request finds its run, and that the run
   * has somebody to tell of it, from which entry on.
   */
  private static void remember(SessionDriver driver, String run, Start start) {
    if (start.hook() != null) {
      driver.meta(Outbox.field(run), driver.state().head() + " " + start.hook().url());
    }
    if (start.idempotencyKey() != null) {
      driver.meta(field(run), driver.state().head() + " " + digest(start));
    }
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
