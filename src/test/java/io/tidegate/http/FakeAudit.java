package io.tidegate.http;

import io.tidegate.run.Audit;
import io.vertx.core.Future;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.Supplier;

/** Remembers what was done. */
final class FakeAudit implements Audit {
  private final List<Deed> deeds = new CopyOnWriteArrayList<>();

  @Override
  public <T> Future<T> during(
      String tenant, Deed deed, Supplier<Future<T>> doing, Function<T, Deed> told) {
    return doing.get().onSuccess(done -> deeds.add(told.apply(done)));
  }

  @Override
  public Future<Page> list(String tenant, Filter filter, String cursor, int limit) {
    return Future.succeededFuture(
        new Page(deeds.reversed().stream().filter(filter::matches).limit(limit).toList(), null));
  }
}
