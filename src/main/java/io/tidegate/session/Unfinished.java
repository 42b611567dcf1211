package io.tidegate.session;

import io.tidegate.run.SessionId;
import io.tidegate.session.Hint.Seen;
import io.tidegate.session.redis.RedisPipes;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The sessions with a run under way or queued. A session is noted before the append that makes it
 * so, once: this process remembers which it noted.
 */
final class Unfinished {
  private static final String FIRST = "0";

  /** What was noted so recently may be about an append that is on its way. */
  private static final long FRESH_MS = 60_000;

  private final Hint hint;
  private final Records records;
  private final Map<SessionId, Long> noted = new ConcurrentHashMap<>();

  Unfinished(RedisPipes pipes, Records records) {
    this.hint = new Hint(pipes, Keys.UNFINISHED);
    this.records = records;
  }

  void add(SessionId session) {
    long now = System.currentTimeMillis();
    if (noted.putIfAbsent(session, now) == null) {
      hint.put(session, now).onFailure(_ -> doubt(session));
    }
  }

  /** Removes it if nobody has noted it since this process did. */
  void remove(SessionId session) {
    var score = noted.remove(session);
    if (score != null) {
      hint.forget(List.of(new Seen(session, score)));
    }
  }

  /** It may be noted or not: the next append notes it again. */
  void doubt(SessionId session) {
    noted.remove(session);
  }

  /** All that are unfinished by their records. */
  Future<List<SessionId>> all() {
    return scan(FIRST, new LinkedHashSet<>()).map(List::copyOf);
  }

  private Future<Set<SessionId>> scan(String cursor, Set<SessionId> found) {
    return hint.send(hint.command(Command.ZSCAN).arg(cursor).arg("COUNT").arg(500))
        .compose(page -> verify(page, found))
        .compose(next -> next.equals(FIRST) ? Future.succeededFuture(found) : scan(next, found));
  }

  private Future<String> verify(@Nullable Response page, Set<SessionId> found) {
    if (page == null) {
      return Future.succeededFuture(FIRST);
    }
    var seen = Hint.seen(page.get(1));
    return records
        .all(seen.stream().map(Seen::session).toList())
        .map(metas -> sort(seen, metas, found))
        .compose(hint::forget)
        .map(page.get(0).toString());
  }

  /** Adds those that are unfinished to what was found, and returns those that are not. */
  private static List<Seen> sort(
      List<Seen> seen, Map<SessionId, Meta> metas, Set<SessionId> found) {
    long fresh = System.currentTimeMillis() - FRESH_MS;
    var stale = new ArrayList<Seen>();
    for (var one : seen) {
      if (busy(metas.get(one.session()), one.session())) {
        found.add(one.session());
      } else if (one.score() < fresh) {
        stale.add(one);
      }
    }
    return stale;
  }

  private static boolean busy(@Nullable Meta meta, SessionId session) {
    var record = meta == null ? null : meta.readable(session);
    return record != null && RedisJournal.busy(record.status());
  }
}
