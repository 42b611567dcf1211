package io.tidegate.http;

import io.tidegate.conversation.Usd;
import io.tidegate.loop.Budget.Period;
import io.tidegate.loop.Budget.Scope;
import io.tidegate.run.BudgetBook;
import io.tidegate.run.BudgetDesk;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A book in which nothing was used, and which remembers the limits that were set. */
final class FakeBook implements BudgetBook {
  final List<Standing> set = new CopyOnWriteArrayList<>();
  final List<String> raised = new CopyOnWriteArrayList<>();
  final List<Asked> asked = new CopyOnWriteArrayList<>();

  BudgetDesk desk() {
    return new BudgetDesk(
        this,
        (tenant, scope, id) -> raised.add(tenant + " " + scope.wire() + " " + id),
        Samples.AGENTS);
  }

  @Override
  public Future<Page<Standing>> list(String tenant, @Nullable String cursor, int limit) {
    return Future.succeededFuture(new Page<>(set, null));
  }

  @Override
  public Future<List<Standing>> named(String tenant) {
    return Future.succeededFuture(List.copyOf(set));
  }

  @Override
  public Future<List<Standing>> show(String tenant, Scope scope, String id) {
    var found = new ArrayList<Standing>();
    for (var period : Period.values()) {
      found.add(
          set.stream()
              .filter(each -> each.scope() == scope && each.id().equals(id))
              .filter(each -> each.period() == period)
              .reduce((_, last) -> last)
              .orElse(standing(scope, id, period, null, null)));
    }
    return Future.succeededFuture(found);
  }

  private static Standing standing(
      Scope scope, String id, Period period, @Nullable Usd usd, @Nullable Long tokens) {
    return new Standing(scope, id, period, usd, tokens, usd != null, new Usd(7), 1, Usd.ZERO, 0);
  }

  @Override
  public Future<Void> set(
      String tenant,
      Scope scope,
      String id,
      Period period,
      @Nullable Usd usd,
      @Nullable Long tokens) {
    set.add(standing(scope, id, period, usd, tokens));
    return Future.succeededFuture();
  }

  @Override
  public Future<Page<Used>> usage(Asked wanted) {
    asked.add(wanted);
    return Future.succeededFuture(
        new Page<>(List.of(new Used("x", 2, 1, 30, 10, 5, new Usd(1_500_000_000))), null));
  }

  @Override
  public Future<List<String>> waitingTenants() {
    return Future.succeededFuture(List.of());
  }

  @Override
  public Future<@Nullable Ready> ready(String tenant, @Nullable Ready after) {
    return Future.succeededFuture(null);
  }

  @Override
  public Future<@Nullable Ready> ready(String tenant, Scope scope, String id) {
    return Future.succeededFuture(null);
  }

  @Override
  public Future<Void> woken(String account, Turn turn) {
    return Future.succeededFuture();
  }
}
