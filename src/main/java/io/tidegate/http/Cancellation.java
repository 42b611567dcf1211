package io.tidegate.http;

import io.tidegate.run.SessionId;
import io.tidegate.run.Sessions;
import io.vertx.core.Future;

/** Why a client ends a run. */
record Cancellation(String note) {

  static Cancellation read(Body body) {
    return new Cancellation(body.text("note").or("cancelled by a client"));
  }

  Future<Void> carryOut(Sessions sessions, SessionId session, String run, Caller caller) {
    return sessions.cancel(session, run, note, caller.principal());
  }
}
