package io.tidegate.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidegate.http.Socket.Reply;
import io.tidegate.run.Journal;
import io.tidegate.run.SessionId;
import io.tidegate.run.Sessions;
import io.vertx.core.Future;
import java.util.function.Function;

/** What a client can ask for over a WebSocket; the same as over HTTP. */
final class SocketCommands implements Socket.Commands {
  private static final String TYPES =
      "run.start, run.cancel, run.resume, approval.decide, input.answer, outcome.decide,"
          + " subscribe, unsubscribe, ping";

  private final Sessions sessions;
  private final Records records;
  private final SocketSubscriptions subscriptions;
  private final Caller caller;

  SocketCommands(
      Sessions sessions, Records records, SocketSubscriptions subscriptions, Caller caller) {
    this.sessions = sessions;
    this.records = records;
    this.subscriptions = subscriptions;
    this.caller = caller;
  }

  @Override
  public Future<Reply> carryOut(Body command) {
    var type = command.text("type").or("");
    return switch (type) {
      case "run.start" -> start(command);
      case "run.cancel" -> onRun(command, Cancellation::read, Cancellation::carryOut);
      case "run.resume" -> onRun(command, Resumption::read, Resumption::carryOut);
      case "approval.decide" -> onCall(command, Decision::read, Decision::carryOut);
      case "input.answer" -> onCall(command, InputAnswer::read, InputAnswer::carryOut);
      case "outcome.decide" -> onCall(command, OutcomeDecision::read, OutcomeDecision::carryOut);
      case "subscribe" -> subscribe(command);
      case "unsubscribe" -> unsubscribe(command);
      case "ping" -> ping(command);
      default -> unknown(type);
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
    command.done();
    if (run.background()) {
      return sessions.start(run.start(caller, null, key)).map(this::accepted);
    }
    subscriptions.reserve();
    return sessions
        .start(run.start(caller, null, key))
        .onComplete(any -> subscriptions.release())
        .map(started -> watched(started, run.onDisconnect()));
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
        .map(found -> subscribed(found, EventEndpoints.known(after, found)));
  }

  private Reply subscribed(Journal.Record found, long after) {
    var ack = Wire.object().put("session", found.id().id()).put("after", after);
    return new Reply(ack, () -> subscriptions.subscribe(found.id(), after));
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

  private static Future<Reply> unknown(String type) {
    return Future.failedFuture(
        type.isEmpty()
            ? Problem.malformed("A command has a type, such as \"run.start\".")
            : Problem.invalid("type", "must be one of " + TYPES));
  }
}
