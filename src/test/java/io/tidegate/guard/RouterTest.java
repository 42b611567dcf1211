package io.tidegate.guard;

import static io.tidegate.guard.Fakes.question;
import static io.tidegate.guard.Fakes.target;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.conversation.ModelFailure;
import io.tidegate.conversation.ModelFailure.Kind;
import io.tidegate.guard.GuardSettings.Health;
import io.tidegate.guard.GuardSettings.Keys;
import io.tidegate.loop.Event.Again;
import io.tidegate.loop.Pin.Route;
import io.tidegate.run.Quotas.Rates;
import io.tidegate.run.Routing;
import io.tidegate.run.Routing.Question;
import io.tidegate.testing.InMemoryBreakerStates;
import io.tidegate.testing.InMemoryPermits;
import io.tidegate.testing.InMemoryQuotas;
import io.tidegate.testing.ManualTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RouterTest {
  private static final Route ROUTE =
      new Route("smart", List.of(target("first", 3, 1, null), target("second", 1, 1, null)));

  private final ManualTime time = new ManualTime();
  private final InMemoryQuotas quotas = new InMemoryQuotas();
  private final List<String> heard = new ArrayList<>();
  private Guards guards;
  private Routing router;

  RouterTest() {
    wire(GuardSettings.NONE, 0.9);
  }

  private void wire(GuardSettings settings, double fraction) {
    var listener =
        new GuardListener() {
          @Override
          public void passedOver(String name, Reason why) {
            heard.add(name + " " + why);
          }

          @Override
          public void retryRefused(String name) {
            heard.add(name + " refused");
          }
        };
    var states = new InMemoryBreakerStates(time);
    guards =
        new Guards(
            () -> settings,
            states,
            quotas,
            new InMemoryPermits(),
            time,
            Fakes.ids(fraction),
            listener);
    router = guards.routing((expression, facts) -> expression.equals("step == " + facts.step()));
  }

  private Again after(Kind kind, Long retryAfterMs, int target, int tries) {
    return router.after(
        question(ROUTE, "s", target, 1, tries), new ModelFailure(kind, "It broke.", retryAfterMs));
  }

  private int chosen(Question question) {
    return router.choose(question).choice().result().target();
  }

  private void open(int target) {
    var breaker = guards.breakers().of(ROUTE.targets().get(target), Health.DEFAULT);
    for (int i = 0; i < 10; i++) {
      breaker.tryAcquire().orElseThrow().onFailure(1);
    }
  }

  @Test
  void theSameTargetIsAskedAgainAfterALongerAndLongerPause() {
    assertThat(after(Kind.OVERLOADED, null, 0, 1)).isEqualTo(new Again(0, 225));
    assertThat(after(Kind.OVERLOADED, null, 0, 2)).isEqualTo(new Again(0, 450));
  }

  @Test
  void theNextTargetIsAskedAtOnceWhenTheTriesAreUsedUp() {
    assertThat(after(Kind.OVERLOADED, null, 0, 3)).isEqualTo(new Again(1, 0));
  }

  @Test
  void afterTheLastTargetNobodyIsAsked() {
    assertThat(after(Kind.OVERLOADED, null, 1, 1)).isNull();
  }

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"UNAUTHORIZED", "REJECTED", "CONTEXT_FULL"})
  void whatWouldFailAgainGoesToTheNextTargetAtOnce(Kind kind) {
    assertThat(after(kind, null, 0, 1)).isEqualTo(new Again(1, 0));
  }

  @Test
  void thePauseIsAtLeastWhatTheProviderAskedFor() {
    assertThat(after(Kind.RATE_LIMITED, 4_000L, 0, 1)).isEqualTo(new Again(0, 4_225));
  }

  @Test
  void whoWantsALongPauseIsLeftForTheNextButNotForNobody() {
    assertThat(after(Kind.RATE_LIMITED, 30_000L, 0, 1)).isEqualTo(new Again(1, 0));
    assertThat(after(Kind.RATE_LIMITED, 30_000L, 1, 1)).isEqualTo(new Again(1, 30_225));
    assertThat(after(Kind.RATE_LIMITED, 60_001L, 1, 1)).isNull();
  }

  @Test
  void targetThatOnlyWantsPausesIsAskedSoManyTimesAtMost() {
    assertThat(after(Kind.RATE_LIMITED, 1_000L, 1, 9)).isNotNull();
    assertThat(after(Kind.RATE_LIMITED, 1_000L, 1, 10)).isNull();
  }

  @Test
  void retriesDoNotMultiplyAnOutage() {
    int asked = 200;
    int retried = 0;
    for (int i = 0; i < asked; i++) {
      chosen(question(ROUTE, "s" + i));
      retried += after(Kind.OVERLOADED, null, 0, 1).equals(new Again(1, 0)) ? 0 : 1;
    }
    assertThat(retried).isBetween(40, 10 + 40);
    assertThat(heard).contains("p/first refused");
  }

  @Test
  void theFirstThatIsWellIsAsked() {
    assertThat(chosen(question(ROUTE, "s"))).isZero();
    open(0);
    assertThat(chosen(question(ROUTE, "s"))).isEqualTo(1);
    assertThat(heard).containsExactly("p/first BREAKER");
  }

  @Test
  void whoIsAskedAgainGoesForwardOnly() {
    open(1);
    var choosing = router.choose(question(ROUTE, "s", 1, 2, 0)).choice();
    assertThat(choosing.isComplete()).isFalse();
    time.advance(30_000);
    assertThat(choosing.result().target()).isEqualTo(1);
  }

  @Test
  void whereNobodyCanBeAskedItWaitsForWhoCanBeFirst() {
    open(0);
    time.advance(10_000);
    open(1);
    var choosing = router.choose(question(ROUTE, "s")).choice();
    time.advance(19_999);
    assertThat(choosing.isComplete()).isFalse();
    time.advance(1);
    assertThat(choosing.result().target()).isZero();
  }

  @Test
  void theWaitForSomebodyHasAnEnd() {
    var closed = new BreakerSettings(0.5, 1, 1_000, 20, 10, 3_600_000, 3, 0);
    wire(
        new GuardSettings(
            Map.of(
                "p/first",
                new Health(closed, 10, 0, 0.2),
                "p/second",
                new Health(closed, 10, 0, 0.2)),
            Map.of()),
        0.9);
    ROUTE
        .targets()
        .forEach(
            target -> {
              var breaker = guards.breakers().of(target, new Health(closed, 10, 0, 0.2));
              for (int i = 0; i < 10; i++) {
                breaker.tryAcquire().orElseThrow().onFailure(1);
              }
            });
    assertThat(chosen(question(ROUTE, "s"))).isZero();
  }

  @Test
  void drawnTargetsStayWithTheirSessionsInProportionToTheirWeights() {
    var route =
        new Route(
            "canary", List.of(target("old", 1, 95, null), target("new", 1, 5, null)), true, null);
    long fresh =
        IntStream.range(0, 4_000).filter(i -> chosen(question(route, "s" + i)) == 1).count();
    assertThat(fresh).isBetween(120L, 280L);
    for (int i = 0; i < 50; i++) {
      assertThat(chosen(question(route, "s7"))).isEqualTo(chosen(question(route, "s7")));
    }
  }

  @Test
  void targetWithoutWeightIsAskedAfterTheOthersAlone() {
    var route =
        new Route(
            "canary",
            List.of(target("spare", 1, 0, null), target("usual", 1, 1, null)),
            true,
            null);
    for (int i = 0; i < 50; i++) {
      var question = question(route, "s" + i);
      assertThat(chosen(question)).isEqualTo(1);
      assertThat(router.choose(question).choice().result().spares())
          .containsExactly(target("spare", 1, 0, null));
    }
  }

  @Test
  void conditionsChooseAmongTargetsAndLeaveNobodyWithoutOne() {
    var strong = target("strong", 1, 1, "step == 2");
    var route = new Route("by-step", List.of(strong, target("cheap")));
    assertThat(chosen(question(route, "s"))).isEqualTo(1);
    assertThat(router.choose(question(route, "s")).choice().result().spares()).isEmpty();
    assertThat(chosen(question(new Route("one", List.of(strong)), "s"))).isZero();
  }

  @Test
  void afterItClosedATargetIsAskedSlowlyAtFirst() {
    open(0);
    time.advance(30_000);
    var breaker = guards.breakers().of(ROUTE.targets().get(0), Health.DEFAULT);
    for (int i = 0; i < 3; i++) {
      breaker.acquire().result().orElseThrow().onSuccess(1);
    }
    assertThat(chosen(question(ROUTE, "s"))).isEqualTo(1);
    assertThat(heard).contains("p/first SLOW_START");
    time.advance(30_000);
    assertThat(chosen(question(ROUTE, "s"))).isZero();
  }

  /** The first target wants a pause. */
  private void refuse(long retryAfterMs) {
    var model = new Fakes.FakeModel();
    guards.around(model).ask(Fakes.ask(ROUTE.targets().get(0), "t"), new Fakes.Heard());
    model.asked.getFirst().fail(Kind.RATE_LIMITED, retryAfterMs);
  }

  @Test
  void whoIsToBeAskedAgainIsWaitedForWhenItsPauseHasGrownALittle() {
    refuse(1_000);
    var again = after(Kind.RATE_LIMITED, 1_000L, 0, 1);
    assertThat(again.target()).isZero();
    quotas.cool("p#0/first", again.delayMs() + 30);
    time.advance(again.delayMs());
    var search = router.choose(question(ROUTE, "s", 0, 2, 1));
    time.advance(29);
    assertThat(search.choice().isComplete()).isFalse();
    time.advance(1);
    assertThat(search.choice().result().target()).isZero();
    assertThat(heard).isEmpty();
  }

  @Test
  void whoIsToBeAskedAgainButRestsForLongIsPassedOver() {
    refuse(1_000);
    quotas.cool("p#0/first", 5_001);
    assertThat(chosen(question(ROUTE, "s", 0, 2, 1))).isEqualTo(1);
    assertThat(heard).containsExactly("p/first COOLING");
  }

  @Test
  void pauseThatGrowsAgainAndAgainIsNotWaitedForLongerThanItsBound() {
    refuse(1_000);
    quotas.cool("p#0/first", 3_000);
    var search = router.choose(question(ROUTE, "s", 0, 2, 1));
    time.advance(2_999);
    quotas.cool("p#0/first", 2_500);
    time.advance(1);
    assertThat(search.choice().result().target()).isEqualTo(1);
  }

  @Test
  void questionThatWasNotPutToARestingTargetDoesNotWaitForIt() {
    refuse(100);
    assertThat(chosen(question(ROUTE, "s"))).isEqualTo(1);
  }

  @Test
  void searchThatIsCancelledEndsAtOnce() {
    open(0);
    open(1);
    // Breakers watch for standstills until a moment after the last call.
    time.advance(1_000);
    var search = router.choose(question(ROUTE, "s"));
    assertThat(time.waiting()).isEqualTo(1);
    search.cancel();
    assertThat(time.waiting()).isZero();
    time.advance(60_000);
    assertThat(search.choice().isComplete()).isFalse();
  }

  @Test
  void keyThatIsNotAcceptedGivesWayToAnother() {
    wire(new GuardSettings(Map.of(), Map.of("p", new Keys(List.of("k1", "k2"), Rates.NONE))), 0);
    var model = new Fakes.FakeModel();
    var asking = guards.around(model);
    asking.ask(Fakes.ask(ROUTE.targets().get(1), "t"), new Fakes.Heard());
    assertThat(model.asked.getFirst().ask.terms().key()).isZero();
    model.asked.getFirst().fail(Kind.UNAUTHORIZED);
    assertThat(after(Kind.UNAUTHORIZED, null, 1, 1)).isEqualTo(new Again(1, 0));
    asking.ask(Fakes.ask(ROUTE.targets().get(1), "t"), new Fakes.Heard());
    assertThat(model.asked.get(1).ask.terms().key()).isEqualTo(1);
    model.asked.get(1).fail(Kind.UNAUTHORIZED);
    assertThat(after(Kind.UNAUTHORIZED, null, 1, 2)).isNull();
  }
}
