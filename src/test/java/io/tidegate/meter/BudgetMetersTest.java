package io.tidegate.meter;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidegate.conversation.Usage;
import io.tidegate.conversation.Usd;
import io.tidegate.loop.Budget;
import io.tidegate.loop.Budget.Period;
import io.tidegate.loop.Budget.Scope;
import io.tidegate.loop.Budget.Unit;
import io.tidegate.loop.Event.Estimate;
import io.tidegate.loop.Limits;
import io.tidegate.run.BudgetNotice;
import io.tidegate.run.Budgets.Bill;
import io.tidegate.run.Budgets.Claim;
import io.tidegate.run.Budgets.Order;
import io.tidegate.run.SessionId;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BudgetMetersTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final BudgetMeters meters = new BudgetMeters(registry, Set.of("acme"));

  private static Order order(String tenant, String model) {
    var claim = new Claim(new SessionId(tenant, "s"), "r", "1.1", 1);
    var estimate = new Estimate(1, 1, Usd.parse("2"));
    return new Order(claim, "a", model, Limits.DEFAULT, Usd.ZERO, 0, estimate, 1_000);
  }

  private static String[] and(String[] tags, String... more) {
    return Stream.concat(Arrays.stream(tags), Arrays.stream(more)).toArray(String[]::new);
  }

  private double count(String name, String... tags) {
    var found = registry.find(name).tags(tags).counter();
    return found == null ? 0 : found.count();
  }

  @Test
  void costIsTheBillOrElseTheEstimateByTenantAgentAndModel() {
    var bill = new Bill(Usage.NONE, Usd.parse("0.5"));
    meters.budget(new BudgetNotice.Settled(order("acme", "p/org/m"), bill));
    meters.budget(new BudgetNotice.Settled(order("acme", "p/org/m"), null));
    meters.budget(new BudgetNotice.Settled(order("acme", "tool:paid"), bill));
    var cost = "tidegate.cost.usd";
    var whose = new String[] {"tenant", "acme", "agent", "a"};
    assertThat(count(cost, and(whose, "provider", "p", "model", "org/m"))).isEqualTo(2.5);
    assertThat(count(cost, and(whose, "provider", "", "model", "tool:paid"))).isEqualTo(0.5);
    assertThat(count("tidegate.budget.settled.usd", "by", "bill")).isEqualTo(1);
    assertThat(count("tidegate.budget.settled.usd", "by", "estimate")).isEqualTo(2);
  }

  @Test
  void whoAnsweredIsToldApartFromOthersWhoServeTheModel() {
    var bill = new Bill(Usage.NONE, Usd.parse("0.5"));
    meters.budget(new BudgetNotice.Settled(order("acme", "one/m"), bill));
    meters.budget(new BudgetNotice.Settled(order("acme", "two/m"), bill));
    meters.budget(new BudgetNotice.Settled(order("acme", "two/m"), bill));
    var cost = "tidegate.cost.usd";
    assertThat(count(cost, "model", "m", "provider", "one")).isEqualTo(0.5);
    assertThat(count(cost, "model", "m", "provider", "two")).isEqualTo(1);
  }

  @Test
  void tenantsThatNobodyWroteDownAreOneSeries() {
    for (int i = 0; i < 1_000; i++) {
      meters.budget(new BudgetNotice.Settled(order("made-up-" + i, "p/m"), null));
    }
    assertThat(registry.find("tidegate.cost.usd").counters()).hasSize(1);
    assertThat(count("tidegate.cost.usd", "tenant", "other")).isEqualTo(2_000);
  }

  @Test
  void reservationsRefusalsAndWaitsAreCounted() {
    meters.budget(new BudgetNotice.Reserved(order("acme", "p/m")));
    meters.budget(new BudgetNotice.Released(order("acme", "p/m")));
    var day = new Budget(Scope.AGENT, "a", Period.DAY, Unit.USD);
    meters.budget(new BudgetNotice.Refused(order("acme", "p/m"), day));
    meters.budget(new BudgetNotice.Warned(day));
    meters.budget(new BudgetNotice.Waited(order("acme", "p/m"), Scope.SESSION, 3_000_000_000L));
    assertThat(count("tidegate.budget.reserved.usd")).isEqualTo(2);
    assertThat(count("tidegate.budget.released.usd")).isEqualTo(2);
    assertThat(count("tidegate.budget.refused", "scope", "agent")).isEqualTo(1);
    assertThat(count("tidegate.budget.refused", "scope", "tenant")).isZero();
    assertThat(count("tidegate.budget.warnings", "scope", "agent")).isEqualTo(1);
    assertThat(count("tidegate.budget.warnings", "scope", "run")).isZero();
    var wait = registry.get("tidegate.budget.wait").tag("scope", "session").timer();
    assertThat(wait.totalTime(TimeUnit.SECONDS)).isEqualTo(3);
  }
}
