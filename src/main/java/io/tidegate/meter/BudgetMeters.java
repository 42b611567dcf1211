package io.tidegate.meter;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.tidegate.conversation.Usd;
import io.tidegate.loop.Budget.Scope;
import io.tidegate.run.BudgetNotice;
import io.tidegate.run.Budgets.Order;
import io.tidegate.run.RunListener;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Counts what calls may cost and what they came to. What is settled is the cost: of replies, of
 * attempts that broke, and of tools that charge.
 */
public final class BudgetMeters implements RunListener {
  /** What is counted of all tenants that the configuration does not name. */
  static final String OTHER = "other";

  private final Set<String> tenants;
  private final MeterProvider<Counter> cost;
  private final Counter reserved;
  private final Counter released;
  private final Counter billed;
  private final Counter estimated;
  private final Map<Scope, Counter> refused;
  private final Map<Scope, Timer> waits;

  /**
   * @param tenants those that the configuration names; anybody may make up others
   */
  public BudgetMeters(MeterRegistry registry, Set<String> tenants) {
    this.tenants = Set.copyOf(tenants);
    cost =
        Counter.builder("tidegate.cost.usd")
            .description("Cost in USD at the configured prices")
            .withRegistry(registry);
    reserved =
        Counter.builder("tidegate.budget.reserved.usd")
            .description("What calls could have come to at most, in USD, when they were begun")
            .register(registry);
    released =
        Counter.builder("tidegate.budget.released.usd")
            .description("What of it was given back because calls cost nothing, in USD")
            .register(registry);
    var settled =
        Counter.builder("tidegate.budget.settled.usd")
            .description("What calls came to, in USD: as it was billed, or else as reserved")
            .withRegistry(registry);
    billed = settled.withTags("by", "bill");
    estimated = settled.withTags("by", "estimate");
    refused = each(scope -> refused(registry, word(scope)));
    waits = each(scope -> wait(registry, word(scope)));
  }

  private static <M> Map<Scope, M> each(Function<Scope, M> meter) {
    var all = new EnumMap<Scope, M>(Scope.class);
    for (var scope : Scope.values()) {
      all.put(scope, meter.apply(scope));
    }
    return all;
  }

  private static Counter refused(MeterRegistry registry, String scope) {
    return Counter.builder("tidegate.budget.refused")
        .description("Calls for which a budget had no room, by whose budget it was")
        .tag("scope", scope)
        .register(registry);
  }

  private static Timer wait(MeterRegistry registry, String scope) {
    return Timer.builder("tidegate.budget.wait")
        .description("How long calls waited for what others had reserved, by whose budget it was")
        .serviceLevelObjectives(Buckets.WAIT)
        .tag("scope", scope)
        .register(registry);
  }

  private static String word(Scope scope) {
    return scope.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public void budget(BudgetNotice notice) {
    switch (notice) {
      case BudgetNotice.Reserved(var order) -> reserved.increment(usd(order.estimate().cost()));
      case BudgetNotice.Released(var order) -> released.increment(usd(order.estimate().cost()));
      case BudgetNotice.Settled(var order, var bill) -> {
        if (bill == null) {
          settled(order, estimated, order.estimate().cost());
        } else {
          settled(order, billed, bill.cost());
        }
      }
      case BudgetNotice.Refused(var _, var by) -> count(by.scope());
      case BudgetNotice.Waited(var _, var scope, var nanos) -> waited(scope, nanos);
    }
  }

  private void settled(Order order, Counter how, Usd came) {
    how.increment(usd(came));
    cost.withTags("tenant", tenant(order), "agent", order.agent(), "model", model(order.model()))
        .increment(usd(came));
  }

  private String tenant(Order order) {
    var name = order.claim().session().tenant();
    return tenants.contains(name) ? name : OTHER;
  }

  /** The model's name without its provider's, as in all other metrics; a tool is named in full. */
  private static String model(String called) {
    return called.substring(called.indexOf('/') + 1);
  }

  private static double usd(Usd amount) {
    return amount.nanos() / 1e9;
  }

  private void count(Scope scope) {
    var counter = refused.get(scope);
    if (counter != null) {
      counter.increment();
    }
  }

  private void waited(Scope scope, long nanos) {
    var timer = waits.get(scope);
    if (timer != null) {
      timer.record(nanos, TimeUnit.NANOSECONDS);
    }
  }
}
