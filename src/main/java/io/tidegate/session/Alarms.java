package io.tidegate.session;

import io.tidegate.run.Journal.Due;
import io.tidegate.run.Journal.Status;
import io.tidegate.run.SessionId;
import io.tidegate.session.Hint.Seen;
import io.tidegate.session.redis.RedisPipes;
import io.tidegate.session.redis.ScriptCall;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * When sessions want to be looked at. An alarm that is taken comes again a while later, for the
 * case that its taker dies; it ends when it is settled, when another is set, when it is set to 0,
 * or when its session is idle or gone.
 */
final class Alarms {
  private static final long AGAIN_MS = 30_000;

  private final Hint hint;
  private final Records records;

  Alarms(RedisPipes pipes, Records records) {
    this.hint = new Hint(pipes, Keys.ALARMS);
    this.records = records;
  }

  /** Sets the session's only alarm, in milliseconds since 1970; 0 means none. */
  Future<Void> set(SessionId session, long at) {
    return at > 0 ? hint.put(session, at) : hint.remove(session);
  }

  /** Sees to it that the session has an alarm then, if it has none that comes sooner. */
  Future<Void> atLatest(SessionId session, long at) {
    return hint.putIfSooner(session, at);
  }

  Future<Void> settle(Due due, long next) {
    return next > 0
        ? hint.replace(due.session(), next, due.seen())
        : hint.forget(List.of(new Seen(due.session(), due.seen())));
  }

  Future<List<Due>> due(long now, int limit) {
    long again = now + AGAIN_MS;
    return hint.run(new ScriptCall(Scripts.ALARMS).arg(now).arg(again).arg(limit))
        .map(Alarms::sessions)
        .compose(due -> records.all(due))
        .compose(metas -> wanted(metas, again));
  }

  private static List<SessionId> sessions(@Nullable Response members) {
    var sessions = new ArrayList<SessionId>();
    if (members != null) {
      members.forEach(member -> sessions.add(Keys.session(member.toString())));
    }
    return sessions;
  }

  private Future<List<Due>> wanted(Map<SessionId, Meta> metas, long again) {
    var wanted = new ArrayList<Due>();
    var unwanted = new ArrayList<Seen>();
    metas.forEach(
        (session, meta) -> {
          if (rests(session, meta)) {
            unwanted.add(new Seen(session, again));
          } else {
            wanted.add(new Due(session, again));
          }
        });
    return hint.forget(unwanted).map(wanted);
  }

  /** Whether there is nothing that could wait for a time. */
  private static boolean rests(SessionId session, Meta meta) {
    var record = meta.readable(session);
    return !meta.newer() && (record == null || record.status() == Status.IDLE);
  }
}
