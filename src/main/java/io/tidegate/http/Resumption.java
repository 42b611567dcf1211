package io.tidegate.http;

import io.tidegate.conversation.Json;
import io.tidegate.loop.Limits;
import io.tidegate.run.SessionId;
import io.tidegate.run.Sessions;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/** How an operator lets a suspended run go on. */
record Resumption(Limits.Change limits, @Nullable Json state, String note) {

  static Resumption read(Body body) {
    return new Resumption(
        LimitsField.read(body), body.object("state").orNull(), body.text("note").or(""));
  }

  Future<Void> carryOut(Sessions sessions, SessionId session, String run, Caller caller) {
    return sessions.resume(session, run, limits, state, note, caller.principal());
  }
}
