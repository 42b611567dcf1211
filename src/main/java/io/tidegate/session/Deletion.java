package io.tidegate.session;

import io.tidegate.run.Journal.Refused;
import io.tidegate.run.SessionId;
import io.tidegate.session.redis.RedisPipes;
import io.tidegate.session.redis.ScriptCall;
import io.vertx.core.Future;

/** Deletes sessions, so many entries at a time, and then what hints say of them. */
final class Deletion {
  private final RedisPipes pipes;
  private final TenantIndex index;
  private final Owned owned;
  private final Inbox inbox;
  private final Alarms alarms;

  Deletion(RedisPipes pipes, TenantIndex index, Owned owned, Inbox inbox, Alarms alarms) {
    this.pipes = pipes;
    this.index = index;
    this.owned = owned;
    this.inbox = inbox;
    this.alarms = alarms;
  }

  /** Deletes the session, whatever it is; false if there is none. */
  Future<Boolean> run(SessionId session) {
    return run(session, deleting(session));
  }

  /** Deletes the session if its record has that value in the field; says whether it did. */
  Future<Boolean> run(SessionId session, String field, String value) {
    return run(session, deleting(session).arg(field).arg(value));
  }

  private Future<Boolean> run(SessionId session, ScriptCall call) {
    return Steps.all(pipes, session, call)
        .map(true)
        .onSuccess(_ -> forget(session))
        .recover(failure -> refused(session, failure));
  }

  private Future<Boolean> refused(SessionId session, Throwable failure) {
    if (!(failure instanceof Refused refused)) {
      return Future.failedFuture(failure);
    }
    if (refused.why() == Refused.Why.GONE) {
      forget(session);
    }
    return Future.succeededFuture(false);
  }

  private void forget(SessionId session) {
    index.remove(session);
    owned.remove(session);
    inbox.remove(session);
    alarms.set(session, 0);
  }

  private static ScriptCall deleting(SessionId session) {
    var keys = new Keys(session);
    return new ScriptCall(Scripts.DELETE)
        .keys(keys.log(), keys.meta(), keys.snapshot())
        .arg(keys.blobs())
        .arg(session.id())
        .arg(Steps.CHUNK);
  }
}
