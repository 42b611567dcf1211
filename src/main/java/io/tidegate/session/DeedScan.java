package io.tidegate.session;

import io.tidegate.run.Audit;
import io.tidegate.run.Audit.Deed;
import io.tidegate.session.redis.RedisPipes;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One page of a tenant's deeds, from the latest to the oldest. */
final class DeedScan {
  /** Deeds that one page may look at; where few are wanted, it ends there. */
  static final int LOOKED_AT_MAX = 5_000;

  private static final int STEP = 200;

  private final RedisPipes pipes;
  private final String tenant;
  private final Audit.Filter filter;
  private final int limit;
  private final List<Deed> found = new ArrayList<>();
  private Cursor place;
  private int lookedAt;

  DeedScan(RedisPipes pipes, String tenant, Audit.Filter filter, int limit, Cursor place) {
    this.pipes = pipes;
    this.tenant = tenant;
    this.filter = filter;
    this.limit = limit;
    this.place = place;
  }

  Future<Audit.Page> run() {
    return step(STEP);
  }

  /** Deeds of the same millisecond come again with each step; a step of nothing else grows. */
  private Future<Audit.Page> step(int count) {
    var range =
        Request.cmd(Command.ZRANGE)
            .arg(Keys.audit(tenant))
            .arg(place.max())
            .arg(filter.from() == null ? "-inf" : Long.toString(filter.from()))
            .arg("BYSCORE")
            .arg("REV")
            .arg("LIMIT")
            .arg(0)
            .arg(count);
    return pipes.send(Keys.audit(tenant), range).compose(answer -> looked(answer, count));
  }

  private Future<Audit.Page> looked(@Nullable Response answer, int count) {
    int size = answer == null ? 0 : answer.size();
    var before = place;
    for (int i = 0; i < size && answer != null; i++) {
      DeedFormat.read(answer.get(i).toString()).filter(this::isAhead).ifPresent(this::pass);
      if (found.size() == limit || lookedAt >= LOOKED_AT_MAX) {
        return page(place.opaque());
      }
    }
    if (size < count) {
      return page(null);
    }
    return step(before.equals(place) ? 2 * count : STEP);
  }

  private Future<Audit.Page> page(@Nullable String next) {
    return Future.succeededFuture(new Audit.Page(found, next));
  }

  private boolean isAhead(Deed deed) {
    return deed.at() < place.score()
        || (deed.at() == place.score() && deed.id().compareTo(place.member()) < 0);
  }

  private void pass(Deed deed) {
    lookedAt++;
    place = new Cursor(deed.at(), deed.id());
    if (filter.matches(deed)) {
      found.add(deed);
    }
  }
}
