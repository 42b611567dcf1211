package io.tidegate.http;

import io.tidegate.conversation.Json;
import io.tidegate.run.SessionId;
import org.jspecify.annotations.Nullable;

/** A session that a client makes without a run. */
record NewSession(String agent, @Nullable String id, @Nullable Json state, Json metadata) {
  static final String ID_RULE = "must be 1 to 64 letters, digits, '_' or '-'";

  static NewSession read(Body body) {
    return new NewSession(
        body.text("agent").required(),
        body.text("id").must(SessionId::valid, ID_RULE).orNull(),
        body.object("state").orNull(),
        body.object("metadata").or(Json.EMPTY_OBJECT));
  }
}
