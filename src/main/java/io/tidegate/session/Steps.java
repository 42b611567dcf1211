package io.tidegate.session;

import io.tidegate.run.SessionId;
import io.tidegate.session.redis.RedisPipes;
import io.tidegate.session.redis.ScriptCall;
import io.vertx.core.Future;

/** Runs scripts that do their work in steps: Redis serves nobody else during one. */
final class Steps {
  /** Entries that one step copies or deletes. */
  static final int CHUNK = 500;

  private Steps() {}

  /** Runs a script as often as it says that there is more to do. */
  static Future<Verdict> all(RedisPipes pipes, SessionId session, ScriptCall call) {
    return pipes
        .run(session.root(), call)
        .map(answer -> Verdict.of(answer).accepted(session))
        .compose(
            verdict ->
                verdict.is(Verdict.MORE)
                    ? all(pipes, session, call)
                    : Future.succeededFuture(verdict));
  }
}
