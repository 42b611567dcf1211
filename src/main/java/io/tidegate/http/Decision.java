package io.tidegate.http;

import io.tidegate.conversation.Json;
import io.tidegate.run.SessionId;
import io.tidegate.run.Sessions;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/**
 * What a person says about a call that waits for an approval.
 *
 * @param args the arguments in place of the model's, or null
 * @param digest the digest of what the person saw, or null
 */
record Decision(Kind decision, @Nullable Json args, @Nullable String digest, String note) {

  /** Yes or no. */
  enum Kind {
    APPROVE,
    DENY
  }

  static Decision read(Body body) {
    var kind = body.choice("decision", Kind.class).required();
    var args = body.object("args");
    if (kind == Kind.DENY && args.given()) {
      body.invalid("args", "can't go with a denial");
    }
    return new Decision(
        kind, args.orNull(), body.text("digest").orNull(), body.text("note").or(""));
  }

  Future<Void> carryOut(Sessions sessions, SessionId session, String call, Caller caller) {
    return sessions.decide(
        session,
        call,
        new Sessions.Decision(decision == Kind.APPROVE, args, digest, note, caller.principal()));
  }
}
