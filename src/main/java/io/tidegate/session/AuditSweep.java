package io.tidegate.session;

import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/**
 * Goes through the tenants' audit logs, for ever: tells what nobody told, and forgets what was kept
 * long enough. One replica does it at a time. It lives on one context.
 */
public final class AuditSweep {
  /** How often {@link #tick} is to be called, in milliseconds. */
  public static final long PERIOD_MS = 10_000;

  private static final long LEAD_MS = 3 * PERIOD_MS;

  /** Tenants that one tick looks at. */
  private static final int MOST_TENANTS = 200;

  private final RedisAudit audit;
  private final Tenants tenants;
  private final Lead lead;
  private final @Nullable Long keptMs;
  private @Nullable String place;
  private boolean busy;

  /** Says whether this replica is the one that sweeps, for so many milliseconds. */
  interface Lead {
    Future<Boolean> take(long ms);
  }

  AuditSweep(RedisAudit audit, Tenants tenants, Lead lead, @Nullable Long keptMs) {
    this.audit = audit;
    this.tenants = tenants;
    this.lead = lead;
    this.keptMs = keptMs;
  }

  /** Looks at the next tenants. While a tick is under way another one does nothing. */
  public Future<Void> tick() {
    if (busy) {
      return Future.succeededFuture();
    }
    busy = true;
    return lead.take(LEAD_MS)
        .compose(leads -> leads ? sweep(MOST_TENANTS) : Future.succeededFuture())
        .onComplete(_ -> busy = false);
  }

  private Future<Void> sweep(int left) {
    if (left == 0) {
      return Future.succeededFuture();
    }
    return tenants
        .after(place)
        .compose(
            tenant -> {
              place = tenant;
              return tenant == null
                  ? Future.succeededFuture()
                  : audit.sweep(tenant, keptMs).compose(_ -> sweep(left - 1));
            });
  }
}
