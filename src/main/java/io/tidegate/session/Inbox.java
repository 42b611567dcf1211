package io.tidegate.session;

import io.tidegate.loop.Entry;
import io.tidegate.loop.Event;
import io.tidegate.loop.Outcome;
import io.tidegate.run.Journal.Listing;
import io.tidegate.run.Journal.Record;
import io.tidegate.run.Rejection;
import io.tidegate.run.SessionId;
import io.tidegate.session.redis.RedisPipes;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of each tenant in which calls wait for people, those first that asked last. A hint:
 * noted before the append that asks, held against the session's record when it is read, and
 * forgotten when nothing waits any more.
 */
final class Inbox {
  private final RedisPipes pipes;
  private final Records records;
  private final LongSupplier now;

  /**
   * @param now milliseconds since 1970
   */
  Inbox(RedisPipes pipes, Records records, LongSupplier now) {
    this.pipes = pipes;
    this.records = records;
    this.now = now;
  }

  /** Notes the session if entries that are about to be appended ask people for something. */
  Future<Void> note(SessionId session, List<Entry> entries) {
    return entries.stream().anyMatch(entry -> asks(entry.event()))
        ? of(session.tenant()).put(session, now.getAsLong())
        : Future.succeededFuture();
  }

  /** Of an unknown outcome people are asked unless the tool's policy knows an answer. */
  private static boolean asks(Event event) {
    return switch (event) {
      case Event.ApprovalRequested _, Event.InputRequested _ -> true;
      case Event.CallReturned returned -> returned.outcome() == Outcome.UNKNOWN;
      default -> false;
    };
  }

  void remove(SessionId session) {
    of(session.tenant()).remove(session);
  }

  Future<Listing> list(String tenant, @Nullable String cursor, int limit) {
    try {
      var from = cursor == null ? Cursor.START : Cursor.parse(cursor);
      return IndexScan.ofOnly(of(tenant), records, Record::waitsForPeople, limit, from, now).run();
    } catch (Rejection e) {
      return Future.failedFuture(e);
    }
  }

  private Hint of(String tenant) {
    return new Hint(pipes, Keys.inbox(tenant));
  }
}
