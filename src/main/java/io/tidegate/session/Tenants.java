package io.tidegate.session;

import io.tidegate.session.redis.RedisPipes;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The tenants that have, or had, sessions: by name. */
final class Tenants {
  private static final int NOTED_MAX = 10_000;

  /** A tenant that is noted is noted again after a while: Redis may have lost it. */
  private static final long NOTED_MS = 60_000;

  private final RedisPipes pipes;
  private final LongSupplier now;
  private final Map<String, Long> noted = new ConcurrentHashMap<>();

  /**
   * @param now milliseconds since 1970
   */
  Tenants(RedisPipes pipes, LongSupplier now) {
    this.pipes = pipes;
    this.now = now;
  }

  void note(String tenant) {
    long at = now.getAsLong();
    var before = noted.get(tenant);
    if (before != null && at - before < NOTED_MS) {
      return;
    }
    if (noted.size() >= NOTED_MAX) {
      noted.clear();
    }
    noted.put(tenant, at);
    pipes
        .send(Keys.TENANTS, Request.cmd(Command.ZADD).arg(Keys.TENANTS).arg(0).arg(tenant))
        .onFailure(_ -> noted.remove(tenant));
  }

  /** The first tenant after that one, or of all, or null at the end. */
  Future<@Nullable String> after(@Nullable String tenant) {
    var next =
        Request.cmd(Command.ZRANGE)
            .arg(Keys.TENANTS)
            .arg(tenant == null ? "-" : "(" + tenant)
            .arg("+")
            .arg("BYLEX")
            .arg("LIMIT")
            .arg(0)
            .arg(1);
    return pipes
        .send(Keys.TENANTS, next)
        .map(found -> found == null || found.size() == 0 ? null : found.get(0).toString());
  }
}
