package io.tidegate.session;

import io.tidegate.run.Journal.Filter;
import io.tidegate.run.Journal.Listing;
import io.tidegate.run.Journal.Record;
import io.tidegate.run.SessionId;
import io.tidegate.session.Hint.Seen;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Walks through a tenant's index until a page is full, or until it has looked at so many sessions
 * that the caller should ask again.
 */
final class IndexScan {
  private static final int LOOKED_AT_MAX = 2_000;
  private static final int STEP = 100;

  /** What was noted so recently may be about an append that is on its way. */
  private static final long FRESH_MS = 60_000;

  private final Hint index;
  private final Records records;
  private final Predicate<Record> wanted;
  private final boolean forgetOthers;
  private final @Nullable Long from;
  private final int limit;
  private final LongSupplier now;
  private final List<Record> items = new ArrayList<>();
  private Cursor place;
  private int lookedAt;

  private IndexScan(
      Hint index,
      Records records,
      Predicate<Record> wanted,
      boolean forgetOthers,
      @Nullable Long from,
      int limit,
      Cursor place,
      LongSupplier now) {
    this.index = index;
    this.records = records;
    this.wanted = wanted;
    this.forgetOthers = forgetOthers;
    this.limit = limit;
    this.from = from;
    this.place = place;
    this.now = now;
  }

  /** Over an index of all sessions, of which some are wanted. */
  static IndexScan of(
      Hint index, Records records, Filter filter, int limit, Cursor place, LongSupplier now) {
    var first = filter.to() == null ? place : place.notAfter(filter.to());
    return new IndexScan(index, records, filter::matches, false, filter.from(), limit, first, now);
  }

  /** Over an index of wanted sessions: those that are wanted no more are forgotten. */
  static IndexScan ofOnly(
      Hint index,
      Records records,
      Predicate<Record> wanted,
      int limit,
      Cursor place,
      LongSupplier now) {
    return new IndexScan(index, records, wanted, true, null, limit, place, now);
  }

  Future<Listing> run() {
    return step(STEP);
  }

  private Future<Listing> step(int count) {
    var range = index.command(Command.ZRANGE).arg(place.max()).arg(least()).arg("BYSCORE");
    return index
        .send(range.arg("REV").arg("LIMIT").arg(0).arg(count).arg("WITHSCORES"))
        .map(Hint::seen)
        .compose(seen -> look(seen, count));
  }

  private String least() {
    return from == null ? "-inf" : Long.toString(from);
  }

  /** Sessions of the same millisecond come again with each step; a step of nothing else grows. */
  private Future<Listing> look(List<Seen> seen, int count) {
    var ahead = seen.stream().filter(place::isBefore).toList();
    boolean last = seen.size() < count;
    if (ahead.isEmpty() && !last) {
      return step(2 * count);
    }
    return records
        .all(ahead.stream().map(Seen::session).toList())
        .map(metas -> take(ahead, metas))
        .compose(index::forget)
        .compose(_ -> goOn(last));
  }

  private Future<Listing> goOn(boolean last) {
    if (items.size() == limit || (!last && lookedAt >= LOOKED_AT_MAX)) {
      return Future.succeededFuture(new Listing(items, place.opaque()));
    }
    return last ? Future.succeededFuture(new Listing(items, null)) : step(STEP);
  }

  /** Takes what the filter lets through, and returns the sessions that are no more. */
  private List<Seen> take(List<Seen> ahead, Map<SessionId, Meta> metas) {
    var gone = new ArrayList<Seen>();
    for (var seen : ahead) {
      if (items.size() == limit) {
        break;
      }
      take(seen, metas.get(seen.session()), gone);
      place = Cursor.at(seen);
      lookedAt++;
    }
    return gone;
  }

  private void take(Seen seen, @Nullable Meta meta, List<Seen> gone) {
    var known = meta == null || meta.missing() ? null : meta;
    var record = known == null ? null : known.readable(seen.session());
    if (record != null && wanted.test(record)) {
      items.add(record);
    } else if ((known == null || (forgetOthers && record != null))
        && seen.score() < now.getAsLong() - FRESH_MS) {
      gone.add(seen);
    }
  }
}
