package io.tidegate.session;

import io.tidegate.run.Journal.Record;
import io.tidegate.run.Retention;
import io.tidegate.run.Retention.Page;
import io.tidegate.run.SessionId;
import io.tidegate.session.Hint.Seen;
import io.tidegate.session.redis.RedisPipes;
import io.tidegate.session.redis.ScriptCall;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of all tenants from the oldest on. What was begun to be made or deleted and was
 * never finished is deleted on the way.
 */
final class RedisShelf implements Retention.Store {
  /** Nobody works on one session for so long. */
  private static final long UNFINISHED_MS = 86_400_000;

  /** What was noted so recently may be about an append that is on its way. */
  private static final long FRESH_MS = 60_000;

  private final RedisPipes pipes;
  private final Records records;
  private final Deletion deletion;
  private final Alarms alarms;
  private final Tenants tenants;
  private final LongSupplier now;

  /**
   * @param now milliseconds since 1970
   */
  RedisShelf(
      RedisPipes pipes,
      Records records,
      Deletion deletion,
      Alarms alarms,
      Tenants tenants,
      LongSupplier now) {
    this.pipes = pipes;
    this.alarms = alarms;
    this.records = records;
    this.deletion = deletion;
    this.tenants = tenants;
    this.now = now;
  }

  @Override
  public Future<Boolean> lead(String replica, long ms) {
    var call = new ScriptCall(Scripts.LEAD).keys(Keys.SWEEPER).arg(replica).arg(ms);
    return pipes.run(Keys.SWEEPER, call).map(answer -> answer != null && answer.toInteger() == 1);
  }

  @Override
  public Future<Boolean> delete(SessionId session, long head) {
    return deletion.run(session, Meta.HEAD, Long.toString(head));
  }

  @Override
  public Future<Void> alarm(SessionId session, long at) {
    return alarms.atLatest(session, at);
  }

  @Override
  public Future<Page> oldest(@Nullable String place, long madeBefore, int limit) {
    var from = place == null ? null : Shelf.parse(place);
    return from == null
        ? tenants.after(null).compose(first -> begin(first, madeBefore, limit))
        : page(from, madeBefore, limit);
  }

  private Future<Page> begin(@Nullable String tenant, long madeBefore, int limit) {
    return tenant == null
        ? Future.succeededFuture(new Page(List.of(), null))
        : page(Shelf.start(tenant), madeBefore, limit);
  }

  /**
   * A place in a tenant's index, read from the oldest to the newest.
   *
   * @param score the time of the last session that was passed
   * @param member its name in the index
   */
  private record Shelf(String tenant, long score, String member) {
    private static final String SEPARATOR = "\n";

    static Shelf start(String tenant) {
      return new Shelf(tenant, Long.MIN_VALUE, "");
    }

    static Shelf parse(String place) {
      var parts = place.split(SEPARATOR, 3);
      return new Shelf(parts[2], Long.parseLong(parts[0]), parts[1]);
    }

    String place() {
      return score + SEPARATOR + member + SEPARATOR + tenant;
    }

    Shelf past(Seen seen) {
      return new Shelf(tenant, seen.score(), Keys.member(seen.session()));
    }

    boolean isBefore(Seen seen) {
      return seen.score() > score
          || (seen.score() == score && Keys.member(seen.session()).compareTo(member) > 0);
    }

    String min() {
      return score == Long.MIN_VALUE ? "-inf" : Long.toString(score);
    }
  }

  private Future<Page> page(Shelf from, long madeBefore, int limit) {
    return step(from, madeBefore, limit, limit);
  }

  /** Sessions of the same millisecond come again with each step; a step of nothing else grows. */
  private Future<Page> step(Shelf from, long madeBefore, int limit, int count) {
    var index = new Hint(pipes, Keys.index(from.tenant()));
    var range = index.command(Command.ZRANGE).arg(from.min()).arg("(" + madeBefore);
    return index
        .send(range.arg("BYSCORE").arg("LIMIT").arg(0).arg(count).arg("WITHSCORES"))
        .map(Hint::seen)
        .compose(
            seen -> {
              var ahead = seen.stream().filter(from::isBefore).limit(limit).toList();
              if (!ahead.isEmpty()) {
                return records(index, ahead)
                    .map(found -> new Page(found, from.past(ahead.getLast()).place()));
              }
              return seen.size() < count
                  ? nextTenant(from.tenant())
                  : step(from, madeBefore, limit, 2 * count);
            });
  }

  private Future<Page> nextTenant(String tenant) {
    return tenants
        .after(tenant)
        .map(next -> new Page(List.of(), next == null ? null : Shelf.start(next).place()));
  }

  private Future<List<Record>> records(Hint index, List<Seen> seen) {
    return records
        .all(seen.stream().map(Seen::session).toList())
        .compose(metas -> sort(index, seen, metas));
  }

  private Future<List<Record>> sort(Hint index, List<Seen> seen, Map<SessionId, Meta> metas) {
    var found = new ArrayList<Record>();
    var gone = new ArrayList<Seen>();
    var unfinished = new ArrayList<Future<Boolean>>();
    long at = now.getAsLong();
    for (var one : seen) {
      var meta = metas.get(one.session());
      var record = meta == null ? null : meta.readable(one.session());
      if (record != null) {
        found.add(record);
      } else if (meta == null || meta.missing()) {
        addIfOlder(one, at - FRESH_MS, gone);
      } else if (!meta.newer() && one.score() < at - UNFINISHED_MS) {
        unfinished.add(deletion.run(one.session(), Meta.HEAD, meta.head()));
      }
    }
    return index.forget(gone).compose(_ -> Future.join(unfinished)).map(_ -> found);
  }

  private static void addIfOlder(Seen one, long than, List<Seen> to) {
    if (one.score() < than) {
      to.add(one);
    }
  }
}
