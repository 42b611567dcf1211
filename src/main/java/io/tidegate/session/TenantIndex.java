package io.tidegate.session;

import io.tidegate.run.Journal.Filter;
import io.tidegate.run.Journal.Listing;
import io.tidegate.run.Rejection;
import io.tidegate.run.SessionId;
import io.tidegate.session.redis.RedisPipes;
import io.vertx.core.Future;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The sessions of each tenant, newest first. */
final class TenantIndex {
  private final RedisPipes pipes;
  private final Records records;
  private final Tenants tenants;
  private final LongSupplier now;

  /**
   * @param now milliseconds since 1970
   */
  TenantIndex(RedisPipes pipes, Records records, Tenants tenants, LongSupplier now) {
    this.pipes = pipes;
    this.records = records;
    this.tenants = tenants;
    this.now = now;
  }

  /** Notes a session that is about to be made, and its tenant. */
  Future<Void> add(SessionId session, long createdAt) {
    tenants.note(session.tenant());
    return of(session.tenant()).putIfAbsent(session, createdAt);
  }

  void remove(SessionId session) {
    of(session.tenant()).remove(session);
  }

  Future<Listing> list(String tenant, Filter filter, @Nullable String cursor, int limit) {
    try {
      var from = cursor == null ? Cursor.START : Cursor.parse(cursor);
      return IndexScan.of(of(tenant), records, filter, limit, from, now).run();
    } catch (Rejection e) {
      return Future.failedFuture(e);
    }
  }

  private Hint of(String tenant) {
    return new Hint(pipes, Keys.index(tenant));
  }
}
