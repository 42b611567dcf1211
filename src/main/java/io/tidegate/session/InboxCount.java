package io.tidegate.session;

import io.tidegate.session.redis.RedisPipes;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Adds up the inboxes of all tenants, so many tenants at a time. */
final class InboxCount {
  private static final int PAGE = 100;

  private final RedisPipes pipes;

  InboxCount(RedisPipes pipes) {
    this.pipes = pipes;
  }

  Future<Long> all() {
    return from("-", 0);
  }

  private Future<Long> from(String place, long before) {
    var tenants =
        Request.cmd(Command.ZRANGE)
            .arg(Keys.TENANTS)
            .arg(place)
            .arg("+")
            .arg("BYLEX")
            .arg("LIMIT")
            .arg(0)
            .arg(PAGE);
    return pipes
        .send(Keys.TENANTS, tenants)
        .compose(
            found -> {
              var names = names(found);
              return sum(names)
                  .compose(
                      sum ->
                          names.size() < PAGE
                              ? Future.succeededFuture(before + sum)
                              : from("(" + names.getLast(), before + sum));
            });
  }

  private static List<String> names(@Nullable Response found) {
    var names = new ArrayList<String>();
    if (found != null) {
      found.forEach(name -> names.add(name.toString()));
    }
    return names;
  }

  private Future<Long> sum(List<String> tenants) {
    var sizes =
        tenants.stream()
            .map(Keys::inbox)
            .map(key -> pipes.send(key, Request.cmd(Command.ZCARD).arg(key)))
            .toList();
    return Future.all(sizes)
        .map(all -> all.<Response>list().stream().mapToLong(Response::toLong).sum());
  }
}
