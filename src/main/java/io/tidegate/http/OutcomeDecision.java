package io.tidegate.http;

import io.tidegate.conversation.Json;
import io.tidegate.loop.Event.Resolution;
import io.tidegate.run.SessionId;
import io.tidegate.run.Sessions;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/**
 * What a person says about a call whose outcome is unknown.
 *
 * @param result what the model is told, or null
 */
record OutcomeDecision(Resolution outcome, @Nullable Json result, String note) {

  static OutcomeDecision read(Body body) {
    var outcome = body.choice("outcome", Resolution.class).required();
    var result = body.json("result");
    if (outcome == Resolution.RERUN && result.given()) {
      body.invalid("result", "can't go with rerun: the call gives its own");
    }
    return new OutcomeDecision(outcome, result.orNull(), body.text("note").or(""));
  }

  Future<Void> carryOut(Sessions sessions, SessionId session, String call, Caller caller) {
    return sessions.settle(session, call, outcome, result, note, caller.principal());
  }
}
