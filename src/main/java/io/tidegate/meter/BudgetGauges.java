package io.tidegate.meter;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import io.tidegate.conversation.Usd;
import io.tidegate.loop.Budget.Scope;
import io.tidegate.run.BudgetBook.Standing;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Shows how budgets of tenants and agents stand that have a limit. There is no end of runs and
 * sessions: theirs are not shown one by one.
 */
public final class BudgetGauges {
  /** How often it looks, in milliseconds. */
  public static final long PERIOD_MS = 5_000;

  private final Function<String, Future<List<Standing>>> standings;
  private final Supplier<? extends Collection<String>> tenants;
  private final MultiGauge limitUsd;
  private final MultiGauge usedUsd;
  private final MultiGauge heldUsd;
  private final MultiGauge limitTokens;
  private final MultiGauge usedTokens;
  private final MultiGauge heldTokens;
  private volatile boolean looking;

  /**
   * @param standings the budgets of a tenant and of its agents that have a limit
   * @param tenants those that the configuration names: anybody may make up others
   */
  public BudgetGauges(
      MeterRegistry registry,
      Function<String, Future<List<Standing>>> standings,
      Supplier<? extends Collection<String>> tenants) {
    this.standings = standings;
    this.tenants = tenants;
    limitUsd = gauge(registry, "limit.usd", "What a budget allows, in USD");
    usedUsd = gauge(registry, "used.usd", "What is used of a budget and settled, in USD");
    heldUsd = gauge(registry, "held.usd", "What calls under way hold of a budget, in USD");
    limitTokens = gauge(registry, "limit.tokens", "What a budget allows, in tokens");
    usedTokens = gauge(registry, "used.tokens", "What is used of a budget and settled, in tokens");
    heldTokens = gauge(registry, "held.tokens", "What calls under way hold of a budget, in tokens");
  }

  private static MultiGauge gauge(MeterRegistry registry, String name, String description) {
    return MultiGauge.builder("tidegate.budget." + name)
        .description(description)
        .register(registry);
  }

  /** Looks how they stand, one tenant after another; while it does so, another look is none. */
  public Future<Void> look() {
    if (looking) {
      return Future.succeededFuture();
    }
    looking = true;
    var all = new TreeMap<String, List<Standing>>();
    var looked = Future.<Void>succeededFuture();
    for (var tenant : tenants.get()) {
      looked =
          looked
              .compose(_ -> standings.apply(tenant))
              .onSuccess(found -> all.put(tenant, found))
              .mapEmpty();
    }
    return looked.onSuccess(_ -> show(all)).onComplete(_ -> looking = false);
  }

  private void show(Map<String, List<Standing>> all) {
    show(limitUsd, all, item -> usd(item.usd()));
    show(usedUsd, all, item -> item.usd() == null ? null : usd(item.used()));
    show(heldUsd, all, item -> item.usd() == null ? null : usd(item.reserved()));
    show(limitTokens, all, item -> item.tokens());
    show(usedTokens, all, item -> item.tokens() == null ? null : item.usedTokens());
    show(heldTokens, all, item -> item.tokens() == null ? null : item.reservedTokens());
  }

  private static @Nullable Double usd(@Nullable Usd amount) {
    return amount == null ? null : amount.nanos() / 1e9;
  }

  /** A budget that has no limit any more is not shown any more. */
  private static void show(
      MultiGauge gauge,
      Map<String, List<Standing>> all,
      Function<Standing, @Nullable Number> value) {
    var rows = new ArrayList<Row<?>>();
    all.forEach(
        (tenant, items) -> {
          for (var item : items) {
            var number = value.apply(item);
            if (number != null) {
              rows.add(Row.of(tags(tenant, item), number));
            }
          }
        });
    gauge.register(rows, true);
  }

  private static Tags tags(String tenant, Standing item) {
    return Tags.of(
        "tenant",
        tenant,
        "agent",
        item.scope() == Scope.AGENT ? item.id() : "",
        "period",
        item.period().wire(),
        "scope",
        item.scope().wire());
  }
}
