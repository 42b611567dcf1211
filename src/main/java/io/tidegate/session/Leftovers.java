package io.tidegate.session;

import io.tidegate.run.SessionId;
import io.tidegate.session.Hint.Seen;
import io.tidegate.session.RedisReplicas.Pace;
import io.tidegate.session.redis.RedisPipes;
import io.tidegate.session.redis.ScriptCall;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What dead incarnations left: the sessions noted for them, held against the records. What a record
 * does not bear out is forgotten, unless an append that would make it true may still be on its way.
 */
final class Leftovers {
  private final RedisPipes pipes;
  private final Pace pace;
  private final Records records;

  Leftovers(RedisPipes pipes, Pace pace) {
    this.pipes = pipes;
    this.pace = pace;
    this.records = new Records(pipes);
  }

  /** Takes up to that many sessions of the incarnation that are due. */
  Future<List<SessionId>> of(String dead, int limit) {
    return died(dead).compose(died -> look(dead, limit, died));
  }

  /** Whether nothing is noted for the incarnation. */
  Future<Boolean> none(String dead) {
    return hint(dead)
        .send(Request.cmd(Command.ZCARD).arg(Keys.owned(dead)))
        .map(count -> count == null || count.toLong() == 0);
  }

  /** When it was declared dead; one that was not is taken to have died in the last moment. */
  private Future<Long> died(String dead) {
    return pipes
        .send(Keys.DEAD, Request.cmd(Command.ZSCORE).arg(Keys.DEAD).arg(dead))
        .map(score -> score == null ? Long.MAX_VALUE : (long) Double.parseDouble(score.toString()));
  }

  /** Looks on while all that it found was to be forgotten. */
  private Future<List<SessionId>> look(String dead, int limit, long died) {
    var hint = hint(dead);
    return hint.run(new ScriptCall(Scripts.LEFT).arg(pace.againMs()).arg(limit))
        .map(Taken::of)
        .compose(taken -> verify(hint, dead, taken, died))
        .compose(
            found ->
                found.left().isEmpty() && found.forgotten()
                    ? look(dead, limit, died)
                    : Future.succeededFuture(found.left()));
  }

  /** What the records say. */
  private record Found(List<SessionId> left, boolean forgotten) {}

  private Future<Found> verify(Hint hint, String dead, Taken taken, long died) {
    return records
        .all(taken.seen().stream().map(Seen::session).toList())
        .compose(
            metas -> {
              var forgotten = forgotten(taken, metas, dead, died);
              return hint.forget(forgotten)
                  .map(_ -> new Found(left(metas, dead), !forgotten.isEmpty()));
            });
  }

  private static List<SessionId> left(Map<SessionId, Meta> metas, String dead) {
    return metas.entrySet().stream()
        .filter(each -> isLeft(each.getKey(), each.getValue(), dead))
        .map(Map.Entry::getKey)
        .toList();
  }

  private static boolean isLeft(SessionId session, Meta meta, String dead) {
    var record = meta.readable(session);
    return record != null && record.status().busy() && record.owner().equals(dead);
  }

  /** A session of a newer Tidegate is for a newer replica to judge. */
  private List<Seen> forgotten(Taken taken, Map<SessionId, Meta> metas, String dead, long died) {
    var forgotten = new ArrayList<Seen>();
    long late = taken.now() - pace.lateMs();
    for (var seen : taken.seen()) {
      var meta = metas.get(seen.session());
      boolean settled = died <= late || seen.score() <= late;
      if (meta != null && settled && !meta.newer() && !isLeft(seen.session(), meta, dead)) {
        forgotten.add(new Seen(seen.session(), taken.again()));
      }
    }
    return forgotten;
  }

  private Hint hint(String dead) {
    return new Hint(pipes, Keys.owned(dead));
  }

  /**
   * What was due.
   *
   * @param again when it will be due again
   * @param seen the sessions, with the time when they were noted or due
   */
  private record Taken(long now, long again, List<Seen> seen) {
    static Taken of(@Nullable Response answer) {
      if (answer == null) {
        throw new IllegalStateException("a script gave nothing");
      }
      var seen = new ArrayList<Seen>();
      for (int i = 2; i + 1 < answer.size(); i += 2) {
        long score = (long) Double.parseDouble(answer.get(i + 1).toString());
        seen.add(new Seen(Keys.session(answer.get(i).toString()), score));
      }
      return new Taken(
          Long.parseLong(answer.get(0).toString()), Long.parseLong(answer.get(1).toString()), seen);
    }
  }
}
