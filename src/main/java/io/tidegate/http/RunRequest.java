package io.tidegate.http;

import io.tidegate.conversation.Json;
import io.tidegate.loop.Event;
import io.tidegate.loop.Limits;
import io.tidegate.run.SessionId;
import io.tidegate.run.Sessions;
import io.tidegate.run.Sessions.OnBusy;
import io.tidegate.run.Tracing;
import io.tidegate.run.WorkQueue;
import org.jspecify.annotations.Nullable;

/**
 * A run that a client asks for.
 *
 * @param session the session that the body names, or null
 * @param stream whether the client wants to see it happen
 * @param background whether the client does not wait at all
 */
record RunRequest(
    @Nullable String session,
    @Nullable String agent,
    String input,
    boolean stream,
    boolean background,
    Limits.Change limits,
    Json metadata,
    OnBusy onBusy,
    OnDisconnect onDisconnect,
    int priority,
    Event.@Nullable Hook webhook) {

  /** The body of a run in a new session, or in the one that it names. */
  static RunRequest read(Body body) {
    var session = body.text("session").must(SessionId::valid, NewSession.ID_RULE);
    var agent = body.text("agent");
    // A session that is known has its agent.
    return read(body, session.orNull(), session.given() ? agent.orNull() : agent.required());
  }

  /** The body of a run in the session that the path names. */
  static RunRequest readForSession(Body body) {
    return read(body, null, body.text("agent").orNull());
  }

  private static RunRequest read(Body body, @Nullable String session, @Nullable String agent) {
    var input = body.input("input").required();
    boolean stream = body.flag("stream").or(false);
    boolean background = body.flag("background").or(false);
    if (stream && background) {
      body.invalid("background", "can't be true with stream: watch the session's events instead");
    }
    return new RunRequest(
        session,
        agent,
        input,
        stream,
        background,
        LimitsField.read(body),
        body.object("metadata").or(Json.EMPTY_OBJECT),
        body.choice("on_busy", OnBusy.class).or(OnBusy.REJECT),
        body.choice("on_disconnect", OnDisconnect.class).or(OnDisconnect.CONTINUE),
        body.count("priority")
            .must(priority -> priority >= 0 && priority <= 9, "must be from 0 to 9")
            .or(WorkQueue.USUAL),
        WebhookField.read(body));
  }

  Sessions.Start start(
      Caller caller,
      @Nullable String named,
      @Nullable String idempotencyKey,
      Tracing.@Nullable Caller trace) {
    return new Sessions.Start(
        caller.tenant(),
        named == null ? session : named,
        agent,
        input,
        limits,
        metadata,
        onBusy,
        idempotencyKey,
        caller.principal(),
        priority,
        webhook,
        trace);
  }
}
