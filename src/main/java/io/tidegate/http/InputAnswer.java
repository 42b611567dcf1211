package io.tidegate.http;

import io.tidegate.conversation.Json;
import io.tidegate.run.SessionId;
import io.tidegate.run.Sessions;
import io.vertx.core.Future;

/** What a person answers to a question of an agent. */
record InputAnswer(Json answer) {

  static InputAnswer read(Body body) {
    return new InputAnswer(body.json("answer").required());
  }

  Future<Void> carryOut(Sessions sessions, SessionId session, String call, Caller caller) {
    return sessions.answer(session, call, answer, caller.principal());
  }
}
