package io.tidegate.http;

import io.tidegate.conversation.Json;
import io.tidegate.conversation.Usage;
import io.tidegate.conversation.Usd;
import io.tidegate.loop.Entry;
import io.tidegate.loop.Event;
import io.tidegate.loop.Limits;
import io.tidegate.loop.RunState;
import io.tidegate.loop.Stop;
import io.tidegate.loop.StopReason;
import io.tidegate.run.Journal;
import io.tidegate.run.Rejection;
import io.tidegate.run.RunListener;
import io.tidegate.run.SessionId;
import io.tidegate.run.Sessions;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Sessions whose runs do what the test says; what was asked of them can be looked at. */
final class ScriptedSessions implements Sessions {
  static final String TENANT = "default";

  private final Journal journal;
  private final Map<SessionId, List<Entry>> logs = new LinkedHashMap<>();
  private final List<RunListener> followers = new CopyOnWriteArrayList<>();
  private final Map<String, Started> byKey = new LinkedHashMap<>();
  private final LinkedBlockingQueue<String> asked = new LinkedBlockingQueue<>();
  private final List<Start> starts = new CopyOnWriteArrayList<>();
  private final List<String> doers = new CopyOnWriteArrayList<>();
  private int runs;
  private volatile @Nullable RuntimeException broken;

  ScriptedSessions(Journal journal) {
    this.journal = journal;
  }

  /** Makes everything fail like this from now on. */
  void breakWith(RuntimeException failure) {
    broken = failure;
  }

  /** The next thing that was asked, such as {@code cancel s1 r1 …}. */
  String nextAsked() throws InterruptedException {
    var next = asked.poll(10, TimeUnit.SECONDS);
    return next == null ? "nothing within 10 s" : next;
  }

  /** All that was asked and not taken by {@link #nextAsked}. */
  List<String> asked() {
    return List.copyOf(asked);
  }

  List<Start> starts() {
    return starts;
  }

  /** Who did what was done, in its order. */
  List<String> doers() {
    return doers;
  }

  int followers() {
    return followers.size();
  }

  // What runs do.

  synchronized void record(SessionId session, String run, Event event) {
    var log = logs.computeIfAbsent(session, made -> new ArrayList<>());
    var entry = new Entry(log.size() + 1L, 1_700_000_000_000L + log.size(), run, event);
    log.add(entry);
    var state = state(session, log.size());
    var meta = Map.of(Journal.Record.WAITING, String.valueOf(state.waitingForPeople()));
    var batch = new Journal.Batch("", 1, log.size() - 1L, 0, List.of(entry), status(event), meta);
    var appended = journal.append(session, batch);
    if (appended.failed()) {
      throw new IllegalStateException(appended.cause());
    }
    followers.forEach(each -> each.recorded(session, List.of(entry), state));
  }

  private static Journal.Status status(Event event) {
    return switch (event) {
      case Event.Opened _, Event.Stopped _ -> Journal.Status.IDLE;
      case Event.Suspended _ -> Journal.Status.SUSPENDED;
      default -> Journal.Status.RUNNING;
    };
  }

  void say(SessionId session, String run, int offset, String text) {
    long head = logs.get(session).size();
    var delta = new RunListener.Delta(false, run, 1, 1, head, offset, text);
    followers.forEach(each -> each.delta(session, delta));
  }

  void stop(SessionId session, String run) {
    record(session, run, new Event.Stopped(stop(StopReason.COMPLETED, true)));
  }

  static Stop stop(StopReason reason, boolean terminal) {
    return new Stop(
        reason,
        "done",
        terminal,
        Json.string("42"),
        1,
        0,
        new Usage(10, 0, 0, 5, 0),
        Usd.parse("0.001"),
        12,
        "");
  }

  private RunState state(SessionId session, long at) {
    var state = RunState.EMPTY;
    for (var entry : logs.get(session).subList(0, (int) at)) {
      state = state.after(entry);
    }
    return state;
  }

  // What is asked.

  private <T extends @Nullable Object> Future<T> unlessBroken(T value) {
    var failure = broken;
    return failure == null ? Future.succeededFuture(value) : Future.failedFuture(failure);
  }

  private static <T> Future<T> reject(Rejection.Kind kind, String sentence) {
    return Future.failedFuture(new Rejection(kind, sentence));
  }

  @Override
  public synchronized Future<Started> start(Start start) {
    starts.add(start);
    doers.add(start.by());
    if (broken != null) {
      return Future.failedFuture(broken);
    }
    var before = byKey.get(start.idempotencyKey());
    if (before != null) {
      return Future.succeededFuture(
          new Started(before.session(), before.run(), before.after(), false, true, 1));
    }
    if (!"helper".equals(start.agent()) && start.agent() != null) {
      return reject(Rejection.Kind.NOT_FOUND, "There is no agent '" + start.agent() + "'.");
    }
    var run = "r" + ++runs;
    var session =
        new SessionId(start.tenant(), start.session() == null ? "s" + runs : start.session());
    if (logs.containsKey(session)
        && state(session, logs.get(session).size()).phase() != RunState.Phase.IDLE) {
      return reject(Rejection.Kind.BUSY, "The session has a run under way.");
    }
    long after = logs.getOrDefault(session, List.of()).size();
    if (after == 0) {
      record(
          session, "", new Event.Opened("helper", Json.EMPTY_OBJECT, start.metadata(), start.by()));
    }
    record(session, run, new Event.Asked(Samples.PIN, start.input(), start.metadata(), start.by()));
    var started = new Started(session, run, after, false, false, 1);
    if (start.idempotencyKey() != null) {
      byKey.put(start.idempotencyKey(), started);
    }
    if (start.input().startsWith("quick")) {
      stop(session, run);
    }
    asked.add("start " + session.id() + " " + run);
    return Future.succeededFuture(started);
  }

  @Override
  public synchronized Future<SessionId> create(
      String tenant,
      @Nullable String id,
      String agent,
      @Nullable Json state,
      Json metadata,
      String by) {
    doers.add(by);
    var session = new SessionId(tenant, id == null ? "made" : id);
    if (logs.containsKey(session)) {
      return reject(Rejection.Kind.EXISTS, "There is a session '" + session.id() + "'.");
    }
    record(
        session,
        "",
        new Event.Opened(agent, state == null ? Json.EMPTY_OBJECT : state, metadata, by));
    return unlessBroken(session);
  }

  @Override
  public synchronized Future<View> view(SessionId session, long at) {
    var log = logs.get(session);
    if (log == null) {
      return reject(Rejection.Kind.NOT_FOUND, "There is no session '" + session.id() + "'.");
    }
    var record = java.util.Objects.requireNonNull(journal.find(session).result());
    return unlessBroken(new View(record, state(session, at == 0 ? log.size() : at)));
  }

  @Override
  public synchronized Future<RunView> run(SessionId session, String run) {
    var log = logs.getOrDefault(session, List.of());
    if (log.stream().noneMatch(entry -> entry.run().equals(run))) {
      return reject(Rejection.Kind.NOT_FOUND, "There is no run '" + run + "'.");
    }
    var state = state(session, log.size());
    var status =
        switch (state.phase()) {
          case IDLE -> "stopped";
          case RUNNING -> "running";
          case SUSPENDED -> "suspended";
        };
    return unlessBroken(new RunView(session, run, "helper", status, state.stop()));
  }

  @Override
  public Future<Void> cancel(SessionId session, String run, String detail, String by) {
    doers.add(by);
    asked.add("cancel " + session.id() + " " + run + " " + detail);
    return unlessBroken(null);
  }

  @Override
  public Future<Void> resume(
      SessionId session,
      String run,
      Limits.Change limits,
      @Nullable Json state,
      String note,
      String by) {
    doers.add(by);
    asked.add("resume " + session.id() + " " + run + " " + limits.steps() + " " + note);
    return unlessBroken(null);
  }

  @Override
  public Future<Corrected> patchState(SessionId session, Json patch, long expected, String by) {
    if (expected != 0 && expected != logs.get(session).size()) {
      return reject(Rejection.Kind.STALE, "The session went on.");
    }
    record(session, "", new Event.StateSet(patch, by));
    return unlessBroken(new Corrected(patch, logs.get(session).size()));
  }

  @Override
  public Future<Void> decide(SessionId session, String call, Decision decision) {
    return switch (decision.note()) {
      case "again" -> reject(Rejection.Kind.ALREADY_DECIDED, "This call was decided before.");
      case "mallory" -> reject(Rejection.Kind.FORBIDDEN, "He may not decide.");
      default -> {
        if (decision.digest() != null && !decision.digest().equals("sha256:0")) {
          yield reject(Rejection.Kind.CHANGED, "The digest is another.");
        }
        doers.add(decision.by());
        asked.add(
            "decide %s %s %s %s %s"
                .formatted(
                    session.id(), call, decision.approved(), decision.args(), decision.note()));
        yield unlessBroken(null);
      }
    };
  }

  @Override
  public Future<Void> answer(SessionId session, String call, Json answer, String by) {
    asked.add("answer " + session.id() + " " + call + " " + answer);
    return unlessBroken(null);
  }

  @Override
  public Future<Void> settle(
      SessionId session,
      String call,
      Event.Resolution resolution,
      @Nullable Json result,
      String note,
      String by) {
    doers.add(by);
    asked.add("settle " + session.id() + " " + call + " " + resolution + " " + result);
    return unlessBroken(null);
  }

  @Override
  public Future<SessionId> fork(SessionId session, long at, String by) {
    doers.add(by);
    asked.add("fork " + session.id() + " " + at);
    return create(session.tenant(), session.id() + ".f1", "helper", null, Json.EMPTY_OBJECT, by);
  }

  @Override
  public Future<Void> delete(SessionId session) {
    asked.add("delete " + session.id());
    return unlessBroken(null);
  }

  @Override
  public Following follow(SessionId session, RunListener listener) {
    followers.add(listener);
    return () -> followers.remove(listener);
  }

  @Override
  public Future<@Nullable List<Entry>> recent(SessionId session, long after) {
    return Future.succeededFuture();
  }

  @Override
  public Future<@Nullable Partial> partial(SessionId session) {
    return Future.succeededFuture(null);
  }
}
