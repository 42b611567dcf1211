package io.tidegate.meter;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidegate.conversation.Usd;
import io.tidegate.loop.Budget.Period;
import io.tidegate.loop.Budget.Scope;
import io.tidegate.run.BudgetBook.Standing;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BudgetGaugesTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final List<String> asked = new ArrayList<>();
  private Future<List<Standing>> answer = Future.succeededFuture(List.of());
  private final BudgetGauges gauges =
      new BudgetGauges(
          registry,
          tenant -> {
            asked.add(tenant);
            return answer;
          },
          () -> List.of("acme", "zeta"));

  private static Standing standing(
      Scope scope, String id, @Nullable Usd usd, @Nullable Long tokens) {
    return new Standing(
        scope, id, Period.DAY, usd, tokens, false, Usd.parse("3"), 30, Usd.parse("2"), 20);
  }

  private void found(Standing... standings) {
    answer = Future.succeededFuture(List.of(standings));
    assertThat(gauges.look().succeeded()).isTrue();
  }

  private double value(String name, String... tags) {
    return registry.get("tidegate.budget." + name).tags(tags).gauge().value();
  }

  @Test
  void budgetsOfTenantsAndAgentsAreShownInWhatTheyAreLimitedIn() {
    found(
        standing(Scope.TENANT, "acme", Usd.parse("10"), null),
        standing(Scope.AGENT, "clerk", null, 100L));
    assertThat(asked).containsExactly("acme", "zeta");
    var tenant = new String[] {"scope", "tenant", "tenant", "acme", "agent", "", "period", "day"};
    assertThat(value("limit.usd", tenant)).isEqualTo(10);
    assertThat(value("used.usd", tenant)).isEqualTo(3);
    assertThat(value("held.usd", tenant)).isEqualTo(2);
    var agent = new String[] {"scope", "agent", "tenant", "zeta", "agent", "clerk"};
    assertThat(value("limit.tokens", agent)).isEqualTo(100);
    assertThat(value("used.tokens", agent)).isEqualTo(30);
    assertThat(value("held.tokens", agent)).isEqualTo(20);
    assertThat(registry.find("tidegate.budget.used.usd").tags("scope", "agent").gauge()).isNull();
  }

  @Test
  void limitThatIsTakenBackIsShownNoMore() {
    found(standing(Scope.TENANT, "acme", Usd.parse("10"), null));
    found();
    assertThat(registry.find("tidegate.budget.limit.usd").gauges()).isEmpty();
  }

  @Test
  void whatIsNotKnownNowStaysAsItWas() {
    found(standing(Scope.TENANT, "acme", Usd.parse("10"), null));
    answer = Future.failedFuture("away");
    assertThat(gauges.look().failed()).isTrue();
    assertThat(value("limit.usd", "tenant", "acme")).isEqualTo(10);
    found(standing(Scope.TENANT, "acme", Usd.parse("20"), null));
    assertThat(value("limit.usd", "tenant", "acme")).isEqualTo(20);
  }

  @Test
  void lookThatTakesLongIsNotBegunTwice() {
    var slow = Promise.<List<Standing>>promise();
    answer = slow.future();
    gauges.look();
    gauges.look();
    assertThat(asked).containsExactly("acme");
    answer = Future.succeededFuture(List.of());
    slow.complete(List.of());
    assertThat(asked).containsExactly("acme", "zeta");
  }
}
