package io.tidegate.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidegate.http.KeySettings.Scope;
import io.tidegate.http.Socket.Reply;
import io.tidegate.run.SessionId;
import io.tidegate.run.Sessions;
import io.tidegate.run.Tracing;
import io.vertx.core.Future;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a client can ask for over a WebSocket; the same as over HTTP. */
final class SocketCommands implements Socket.Commands {
  private final Sessions sessions;
  private final Records records;
  private final SocketSubscriptions subscriptions;
  private final Caller caller;
  private final Patience patience;

  SocketCommands(
      Sessions sessions,
      Records records,
      SocketSubscriptions subscriptions,
      Caller caller,
      Patience patience) {
    this.patience = patience;
    this.sessions = sessions;
    this.records = records;
    this.subscriptions = subscriptions;
    this.caller = caller;
  }

  /** What can be asked, and the scope that it needs; null is none. */
  private enum Type {
    RUN_START(Scope.RUN),
    RUN_CANCEL(Scope.RUN),
    RUN_RESUME(Scope.RUN),
    APPROVAL_DECIDE(Scope.APPROVE),
    INPUT_ANSWER(Scope.RUN),
    OUTCOME_DECIDE(Scope.APPROVE),
    SUBSCRIBE(Scope.READ),
    UNSUBSCRIBE(null),
    PING(null);

    private static final Map<String, Type> BY_NAME =
        Arrays.stream(values()).collect(Collectors.toMap(Type::word, type -> type));

    private final @Nullable Scope scope;

    Type(@Nullable Scope scope) {
      this.scope = scope;
    }

    /** As it is written in a command: {@code run.start}. */
    private String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', '.');
    }

    private static String words() {
      return Arrays.stream(values()).map(Type::word).collect(Collectors.joining(", "));
    }
  }

  @Override
  public Future<Reply> carryOut(Body command) {
    var name = command.text("type").or("");
    var type = Type.BY_NAME.get(name);
    if (type == null) {
      throw unknown(name);
    }
    if (type.scope != null) {
      caller.must(type.scope);
    }
    return switch (type) {
      case RUN_START -> start(command);
      case RUN_CANCEL -> onRun(command, Cancellation::read, Cancellation::carryOut);
      case RUN_RESUME -> onRun(command, Resumption::read, Resumption::carryOut);
      case APPROVAL_DECIDE -> onCall(command, Decision::read, Decision::carryOut);
      case INPUT_ANSWER -> onCall(command, InputAnswer::read, InputAnswer::carryOut);
      case OUTCOME_DECIDE -> onCall(command, OutcomeDecision::read, OutcomeDecision::carryOut);
      case SUBSCRIBE -> subscribe(command);
      case UNSUBSCRIBE -> unsubscribe(command);
      case PING -> ping(command);
    };
  }

  /** What is asked of a run or a call of a session. */
  private interface Action<T> {
    Future<Void> carryOut(
        T asked, Sessions sessions, SessionId session, String target, Caller caller);
  }

  private <T> Future<Reply> onRun(Body command, Function<Body, T> reader, Action<T> action) {
    return on("run", command, reader, action);
  }

  private <T> Future<Reply> onCall(Body command, Function<Body, T> reader, Action<T> action) {
    return on("call", command, reader, action);
  }

  private <T> Future<Reply> on(
      String field, Body command, Function<Body, T> reader, Action<T> action) {
    var id = sessionOf(command);
    var target = command.text(field).required();
    var asked = reader.apply(command);
    command.done();
    return action
        .carryOut(asked, sessions, session(id), target, caller)
        .map(done -> Reply.of(Wire.object().put("session", id).put(field, target)));
  }

  private static String sessionOf(Body command) {
    return command.text("session").must(SessionId::valid, NewSession.ID_RULE).required();
  }

  private SessionId session(String id) {
    return new SessionId(caller.tenant(), id);
  }

  private Future<Reply> start(Body command) {
    var run = RunRequest.read(command);
    var key = command.text("idempotency_key").must(Request::validKey, Request.KEY_RULE).orNull();
    var trace = trace(command);
    command.done();
    if (run.background()) {
      return start(run, key, trace).map(this::accepted);
    }
    subscriptions.reserve();
    return start(run, key, trace)
        .onComplete(any -> subscriptions.release())
        .map(started -> watched(started, run.onDisconnect()));
  }

  private Future<Sessions.Started> start(
      RunRequest run, @Nullable String key, Tracing.@Nullable Caller trace) {
    return sessions.start(run.start(caller, null, key, trace)).onSuccess(_ -> patience.accepted());
  }

  /** A socket carries many runs: each says with its own message which trace it is in. */
  private static Tracing.@Nullable Caller trace(Body command) {
    var parent = command.text("traceparent").orNull();
    var vendors = command.text("tracestate").or("");
    return parent == null ? null : new Tracing.Caller(parent, vendors);
  }

  private Reply accepted(Sessions.Started started) {
    return Reply.of(ack(started));
  }

  private Reply watched(Sessions.Started started, OnDisconnect onDisconnect) {
    return new Reply(ack(started), () -> subscriptions.watch(started, onDisconnect));
  }

  private static ObjectNode ack(Sessions.Started started) {
    return Views.accepted(started, started.queued() ? "queued" : "running")
        .put("after", started.after())
        .put("repeated", started.repeated());
  }

  private Future<Reply> subscribe(Body command) {
    var id = sessionOf(command);
    long after = command.whole("after").must(seq -> seq >= 0, "must be at least 0").or(0L);
    command.done();
    subscriptions.reserve();
    return records
        .find(session(id))
        .onComplete(any -> subscriptions.release())
        .map(found -> subscribed(Place.of(found, after)));
  }

  private Reply subscribed(Place place) {
    var ack = Wire.object().put("session", place.session().id()).put("after", place.after());
    return new Reply(ack, () -> subscriptions.subscribe(place));
  }

  private Future<Reply> unsubscribe(Body command) {
    var id = sessionOf(command);
    command.done();
    subscriptions.unsubscribe(session(id));
    return Future.succeededFuture(Reply.of(Wire.object().put("session", id)));
  }

  private static Future<Reply> ping(Body command) {
    command.done();
    return Future.succeededFuture(Reply.of(Wire.object()));
  }

  private static Problem unknown(String type) {
    return type.isEmpty()
        ? Problem.malformed("A command has a type, such as \"run.start\".")
        : Problem.invalid("type", "must be one of " + Type.words());
  }
}
