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
  private final Known<String, Known<String, Known<String, Counter>>> costs =
      new Known<>(
          tenant -> new Known<>(agent -> new Known<>(called -> cost(tenant, agent, called))));
  private final Counter reserved;
  private final Counter released;
  private final Counter billed;
  private final Counter estimated;
  private final Map<Scope, Counter> refused;
  private final Map<Scope, Counter> warned;
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
    refused =
        each(
            scope ->
                counter(
                    registry,
                    scope,
                    "tidegate.budget.refused",
                    "Calls for which a budget had no room, by whose budget it was"));
    warned =
        each(
            scope ->
                counter(
                    registry,
                    scope,
                    "tidegate.budget.warnings",
                    "Thresholds that the use of a budget passed, by whose budget it was"));
    waits = each(scope -> wait(registry, scope));
  }

  private static <M> Map<Scope, M> each(Function<Scope, M> meter) {
    var all = new EnumMap<Scope, M>(Scope.class);
    for (var scope : Scope.values()) {
      all.put(scope, meter.apply(scope));
    }
    return all;
  }

  private static Counter counter(
      MeterRegistry registry, Scope scope, String name, String description) {
    return Counter.builder(name)
        .description(description)
        .tag("scope", scope.wire())
        .register(registry);
  }

  private static Timer wait(MeterRegistry registry, Scope scope) {
    return Timer.builder("tidegate.budget.wait")
        .description("How long calls waited for what others had reserved, by whose budget it was")
        .serviceLevelObjectives(Buckets.WAIT)
        .tag("scope", scope.wire())
        .register(registry);
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
      case BudgetNotice.Refused(var _, var by) -> count(refused, by.scope());
      case BudgetNotice.Warned(var of) -> count(warned, of.scope());
      case BudgetNotice.Waited(var _, var scope, var nanos) -> waited(scope, nanos);
    }
  }

  private void settled(Order order, Counter how, Usd came) {
    how.increment(usd(came));
    costs.of(tenant(order)).of(order.agent()).of(order.model()).increment(usd(came));
  }

  /**
   * @param called a target, {@code provider/model}, or {@code tool:} and a tool's name: that is
   *     named in full, and has no provider
   */
  private Counter cost(String tenant, String agent, String called) {
    int slash = called.startsWith("tool:") ? -1 : called.indexOf('/');
    return cost.withTags(
        "tenant",
        tenant,
        "agent",
        agent,
        "model",
        called.substring(slash + 1),
        "provider",
        called.substring(0, Math.max(0, slash)));
  }

  private String tenant(Order order) {
    var name = order.claim().session().tenant();
    return tenants.contains(name) ? name : OTHER;
  }

  private static double usd(Usd amount) {
    return amount.nanos() / 1e9;
  }

  private static void count(Map<Scope, Counter> counters, Scope scope) {
    var counter = counters.get(scope);
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
