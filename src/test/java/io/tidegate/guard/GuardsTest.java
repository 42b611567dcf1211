package io.tidegate.guard;

import static io.tidegate.guard.Fakes.ask;
import static io.tidegate.guard.Fakes.target;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.conversation.ModelFailure.Kind;
import io.tidegate.guard.Fakes.FakeModel;
import io.tidegate.guard.Fakes.Heard;
import io.tidegate.guard.GuardListener.Line;
import io.tidegate.guard.GuardSettings.Health;
import io.tidegate.guard.GuardSettings.Keys;
import io.tidegate.loop.Pin;
import io.tidegate.loop.Pin.Target;
import io.tidegate.run.Model;
import io.tidegate.run.Model.Exchange;
import io.tidegate.run.Model.Terms;
import io.tidegate.run.Quotas.Level;
import io.tidegate.run.Quotas.Rates;
import io.tidegate.run.Quotas.Told;
import io.tidegate.testing.InMemoryBreakerStates;
import io.tidegate.testing.InMemoryPermits;
import io.tidegate.testing.InMemoryQuotas;
import io.tidegate.testing.ManualTime;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What happens within one attempt. */
class GuardsTest {
  private static final Target A = target("a");
  private static final Target B = target("b");

  private final ManualTime time = new ManualTime();
  private final InMemoryQuotas quotas = new InMemoryQuotas();
  private final InMemoryPermits permits = new InMemoryPermits();
  private final FakeModel provider = new FakeModel();
  private final Lines lines = new Lines();
  private GuardSettings settings = GuardSettings.NONE;
  private Guards guards;
  private Model model;

  GuardsTest() {
    wire(GuardSettings.NONE);
  }

  private void wire(GuardSettings first) {
    settings = first;
    guards =
        new Guards(
            () -> settings,
            new InMemoryBreakerStates(time),
            quotas,
            permits,
            time,
            Fakes.ids(0),
            lines);
    model = guards.around(provider);
  }

  private static GuardSettings concurrency(int most) {
    return new GuardSettings(
        Map.of("p/a", new Health(BreakerSettings.DEFAULT, most, 0, 0.2)), Map.of());
  }

  private static GuardSettings rates(long requests, String... keys) {
    return new GuardSettings(
        Map.of(), Map.of("p", new Keys(List.of(keys), new Rates(requests, 0))));
  }

  private Exchange put(Target target, String tenant) {
    return model.ask(ask(target, tenant), new Heard());
  }

  private Breaker breaker(Target target) {
    return guards.breakers().of(target, Health.DEFAULT);
  }

  private static boolean failedWith(Exchange exchange, Kind kind) {
    return exchange.reply().failed()
        && exchange.reply().cause() instanceof Model.Failed failed
        && failed.failure().kind() == kind;
  }

  private static boolean free(Exchange exchange) {
    return exchange.reply().cause() instanceof Model.Failed failed && failed.free();
  }

  // What costs nothing

  @Test
  void whatWasNotSentIsFree() {
    for (int i = 0; i < 10; i++) {
      put(A, "t");
      provider.asked.getLast().fail(Kind.TIMED_OUT);
    }
    var open = put(A, "t");
    assertThat(failedWith(open, Kind.UNREACHABLE)).isTrue();
    assertThat(free(open)).as("the breaker is open").isTrue();
    put(B, "t");
    provider.asked.getLast().fail(Kind.RATE_LIMITED, 120_000L);
    var cooling = put(B, "t");
    assertThat(failedWith(cooling, Kind.RATE_LIMITED)).isTrue();
    assertThat(free(cooling)).as("the key rests").isTrue();
  }

  @Test
  void whatIsCancelledIsFreeOnlyInLine() {
    wire(concurrency(1));
    var sent = put(A, "t");
    var waits = put(A, "t");
    waits.cancel();
    sent.cancel();
    assertThat(free(waits)).isTrue();
    assertThat(free(sent)).isFalse();
    var race = hedged(1, new Heard(), B);
    race.cancel();
    assertThat(free(race)).isFalse();
  }

  // Keys

  @Test
  void aKeyThatWasNeverRefusedIsNoLimit() {
    wire(concurrency(20_000));
    for (int i = 0; i < 10_000; i++) {
      put(A, "t");
    }
    assertThat(provider.asked).hasSize(10_000);
  }

  // Bulkhead

  @Test
  void soManyAreAskedAtATimeAndTenantsTakeTurns() {
    wire(concurrency(1));
    put(A, "busy");
    put(A, "busy");
    put(A, "busy");
    put(A, "quiet");
    assertThat(provider.asked).hasSize(1);
    for (int i = 0; i < 3; i++) {
      provider.asked.get(i).answer("ok");
    }
    assertThat(provider.asked)
        .extracting(one -> one.ask.terms().tenant())
        .containsExactly("busy", "busy", "quiet", "busy");
  }

  @Test
  void whoIsCancelledInLineIsNeverAskedAndHoldsNoPlace() {
    wire(concurrency(1));
    put(A, "t");
    var second = put(A, "t");
    var third = put(A, "t");
    second.cancel();
    assertThat(failedWith(second, Kind.UNREACHABLE)).isTrue();
    assertThat(second.sent()).isFalse();
    provider.asked.getFirst().answer("ok");
    assertThat(provider.asked).hasSize(2);
    provider.asked.get(1).answer("third");
    assertThat(third.reply().succeeded()).isTrue();
    put(A, "t");
    assertThat(provider.asked).hasSize(3);
  }

  @Test
  void whoWaitsIsCountedUntilItsTurnOrItsEnd() {
    wire(concurrency(1));
    var first = put(A, "t");
    put(A, "t");
    var third = put(A, "t");
    assertThat(lines.waiting).containsEntry(Line.BULKHEAD, 2);
    third.cancel();
    assertThat(lines.waiting).containsEntry(Line.BULKHEAD, 1);
    provider.asked.getFirst().answer("ok");
    assertThat(lines.waiting).containsEntry(Line.BULKHEAD, 0);
    first.cancel();
    provider.asked.getLast().answer("ok");
    assertThat(lines.waiting).containsEntry(Line.BULKHEAD, 0);
    assertThat(lines.waited).containsEntry(Line.BULKHEAD, 1);
  }

  @Test
  void whoWaitsInTheLineOfAllIsCountedUntilItsTurnOrItsEnd() {
    wire(cluster(1));
    var first = put(A, "t");
    put(A, "t");
    var third = put(A, "t");
    assertThat(lines.waiting).containsEntry(Line.CLUSTER, 2);
    third.cancel();
    first.cancel();
    assertThat(lines.waiting).containsEntry(Line.CLUSTER, 0);
    provider.asked.getLast().answer("ok");
    assertThat(lines.waiting).containsEntry(Line.CLUSTER, 0);
  }

  @Test
  void whatWaitedWhenTheBreakerOpenedIsNotSent() {
    wire(concurrency(10));
    for (int i = 0; i < 40; i++) {
      put(A, "t");
    }
    for (int i = 0; i < 10; i++) {
      provider.asked.get(i).fail(Kind.OVERLOADED);
    }
    for (int i = 10; i < provider.asked.size(); i++) {
      provider.asked.get(i).fail(Kind.OVERLOADED);
    }
    assertThat(breaker(A).state()).isEqualTo(Breaker.State.OPEN);
    assertThat(provider.asked).hasSizeLessThan(20);
  }

  // Places among the questions of all replicas

  private static GuardSettings cluster(int most) {
    return new GuardSettings(
        Map.of("p/a", new Health(BreakerSettings.DEFAULT, 1_000, most, 0.2)), Map.of());
  }

  @Test
  void withoutALimitForAllReplicasNobodyAsksForAPlace() {
    put(A, "t");
    assertThat(permits.takes()).isZero();
    assertThat(provider.asked).hasSize(1);
  }

  @Test
  void replicasHaveSoManyQuestionsUnderWayTogether() {
    wire(cluster(2));
    var here = model;
    wire(cluster(2));
    here.ask(ask(A, "t"), new Heard());
    put(A, "t");
    here.ask(ask(A, "t"), new Heard());
    put(A, "t");
    assertThat(provider.asked).hasSize(2);
    assertThat(permits.waiting()).isEqualTo(2);
    provider.asked.get(0).answer("ok");
    provider.asked.get(1).fail(Kind.OVERLOADED);
    assertThat(provider.asked).as("a place comes back however its question ended").hasSize(4);
    assertThat(permits.out()).isEqualTo(2);
  }

  @Test
  void fewOfAReplicaStandInTheLineOfAllAndTenantsTakeTurns() {
    wire(cluster(1));
    put(A, "busy");
    for (int i = 0; i < 100; i++) {
      put(A, "busy");
    }
    put(A, "quiet");
    assertThat(permits.waiting()).isEqualTo(ClusterModel.ASKERS);
    for (int i = 0; i < 102; i++) {
      provider.asked.get(i).answer("ok");
    }
    assertThat(provider.asked)
        .extracting(one -> one.ask.terms().tenant())
        .startsWith("busy", "busy")
        .hasSize(102);
    assertThat(provider.asked.subList(0, 12))
        .as("who is alone of its tenant overtakes the hundred")
        .anySatisfy(one -> assertThat(one.ask.terms().tenant()).isEqualTo("quiet"));
    assertThat(permits.out()).isZero();
  }

  @Test
  void whoHasNoPlaceInTimeHasNotAskedAndIsTold() {
    wire(cluster(1));
    put(A, "t");
    var waits = put(A, "t");
    permits.timeIsUp();
    assertThat(failedWith(waits, Kind.OVERLOADED)).isTrue();
    assertThat(free(waits)).isTrue();
    assertThat(permits.longestWaitMs()).isEqualTo(A.timeout().totalMs());
    assertThat(breaker(A).state()).isEqualTo(Breaker.State.CLOSED);
    assertThat(provider.asked).hasSize(1);
  }

  @Test
  void whoIsCancelledLeavesTheLineOfAllReplicasAtOnce() {
    wire(cluster(1));
    var first = put(A, "t");
    var waits = put(A, "t");
    waits.cancel();
    assertThat(permits.waiting()).isZero();
    first.cancel();
    assertThat(permits.out()).isZero();
    put(A, "t");
    assertThat(provider.asked).hasSize(2);
  }

  @Test
  void withoutTheOthersEachReplicaGoesByItsOwnLimit() {
    wire(
        new GuardSettings(Map.of("p/a", new Health(BreakerSettings.DEFAULT, 3, 1, 0.2)), Map.of()));
    permits.gone(true);
    for (int i = 0; i < 10; i++) {
      put(A, "t");
    }
    assertThat(provider.asked).hasSize(3);
  }

  @Test
  void targetThatWasSickHasFewerPlacesAtFirst() {
    wire(cluster(10));
    for (int i = 0; i < 10; i++) {
      put(A, "t");
      provider.asked.getLast().fail(Kind.TIMED_OUT);
    }
    time.advance(30_000);
    for (int i = 0; i < 3; i++) {
      breaker(A).acquire().result().orElseThrow().onSuccess(1);
    }
    int before = provider.asked.size();
    for (int i = 0; i < 20; i++) {
      put(A, "t");
    }
    assertThat(provider.asked).hasSize(before + 1);
    time.advance(60_000);
    permits.askAgain();
    assertThat(provider.asked).as("who waited has them, too, when it is well").hasSize(before + 10);
  }

  /** Hears who waits in which line. */
  private static final class Lines implements GuardListener {
    final Map<Line, Integer> waiting = new EnumMap<>(Line.class);
    final Map<Line, Integer> waited = new EnumMap<>(Line.class);

    @Override
    public void waiting(String name, Line line, int change) {
      waiting.merge(line, change, Integer::sum);
    }

    @Override
    public void waited(String name, Line line, long nanos) {
      waited.merge(line, 1, Integer::sum);
    }
  }

  // Breaker

  @Test
  void transportFailuresOpenTheBreakerAndBadAnswersDoNot() {
    for (var kind : List.of(Kind.REJECTED, Kind.MALFORMED, Kind.CONTEXT_FULL, Kind.UNAUTHORIZED)) {
      for (int i = 0; i < 20; i++) {
        put(B, "t");
        provider.asked.getLast().fail(kind);
      }
    }
    assertThat(breaker(B).state()).isEqualTo(Breaker.State.CLOSED);
    for (int i = 0; i < 10; i++) {
      put(A, "t");
      provider.asked.getLast().fail(i % 2 == 0 ? Kind.TIMED_OUT : Kind.UNREACHABLE);
    }
    assertThat(breaker(A).state()).isEqualTo(Breaker.State.OPEN);
    int asked = provider.asked.size();
    assertThat(failedWith(put(A, "t"), Kind.UNREACHABLE)).isTrue();
    assertThat(provider.asked).hasSize(asked);
  }

  @Test
  void whatWeCancelSaysNothingOfTheTarget() {
    for (int i = 0; i < 50; i++) {
      put(A, "t").cancel();
    }
    assertThat(breaker(A).state()).isEqualTo(Breaker.State.CLOSED);
  }

  // Rate limits

  @Test
  void refusedKeyRestsAndDoesNotOpenTheBreaker() {
    for (int i = 0; i < 30; i++) {
      put(A, "t");
    }
    for (int i = 0; i < 30; i++) {
      provider.asked.get(i).fail(Kind.RATE_LIMITED, 5_000L);
    }
    assertThat(breaker(A).state()).isEqualTo(Breaker.State.CLOSED);
    for (int i = 0; i < 100; i++) {
      put(A, "t");
    }
    assertThat(provider.asked).as("nobody while it rests").hasSize(30);
    time.advance(4_999);
    assertThat(provider.asked).hasSize(30);
    time.advance(1);
    assertThat(provider.asked).as("one goes first").hasSize(31);
    provider.asked.get(30).answer("ok");
    assertThat(provider.asked).as("then two").hasSize(33);
    provider.asked.get(31).answer("ok");
    provider.asked.get(32).answer("ok");
    assertThat(provider.asked.size()).as("then more").isBetween(37, 41);
  }

  @Test
  void onlyTheFirstInLineAsksTheQuotas() {
    wire(rates(60, "k"));
    quotas.makeWait(1_000, 1_000);
    for (int i = 0; i < 100; i++) {
      put(A, "t" + i % 3);
    }
    assertThat(quotas.takes()).isEqualTo(1);
    assertThat(provider.asked).isEmpty();
    time.advance(1_000);
    assertThat(quotas.takes()).isEqualTo(2);
    time.advance(1_000);
    assertThat(provider.asked).hasSize(100);
  }

  @Test
  void tokensThatWereTakenAreCorrectedByTheProvidersCount() {
    wire(rates(60, "k"));
    put(A, "t");
    provider.asked.getFirst().answer("ok");
    assertThat(quotas.told()).containsExactly("correct p#k/a " + (15 - 1_000));
  }

  @Test
  void withoutTheOthersEachReplicaCountsAlone() {
    wire(rates(60, "k"));
    quotas.gone(true);
    for (int i = 0; i < 40; i++) {
      put(A, "t");
    }
    assertThat(provider.asked).as("a quarter of a minute's at once").hasSize(15);
    time.advance(1_000);
    assertThat(provider.asked).hasSize(16);
    time.advance(10_000);
    assertThat(provider.asked).hasSize(26);
  }

  @Test
  void keyIsCountedWhenItsProviderSaysThatLittleIsLeft() {
    put(A, "t");
    provider.asked.getFirst().sink.told(told(90));
    put(A, "t");
    assertThat(quotas.takes()).isZero();
    provider.asked.get(1).sink.told(told(20));
    assertThat(quotas.told()).containsExactly("learn p#0/a 20");
    put(A, "t");
    assertThat(quotas.takes()).isEqualTo(1);
  }

  private static Told told(long left) {
    return new Told(new Level(100, left, 1_000), Level.UNKNOWN);
  }

  @Test
  void questionsAreSpreadOverKeysAndOneThatIsRefusedIsLeftOut() {
    wire(rates(0, "k1", "k2"));
    put(A, "t");
    put(A, "t");
    assertThat(provider.asked).extracting(one -> one.ask.terms().key()).containsExactly(0, 1);
    provider.asked.get(0).fail(Kind.RATE_LIMITED, 10_000L);
    put(A, "t");
    put(A, "t");
    assertThat(provider.asked).extracting(one -> one.ask.terms().key()).containsExactly(0, 1, 1, 1);
  }

  @Test
  void keysThatAreReplacedAreWellThoughThoseBeforeRest() {
    wire(rates(0, "k1"));
    put(A, "t");
    provider.asked.getFirst().fail(Kind.RATE_LIMITED, 10_000L);
    put(A, "t");
    assertThat(provider.asked).as("it waits").hasSize(1);
    settings = rates(0, "k1", "k2");
    put(A, "t");
    assertThat(provider.asked).hasSize(2);
    time.advance(10_000);
    assertThat(provider.asked).as("who waited has not lost its turn").hasSize(3);
  }

  @Test
  void whoWouldWaitForTooLongIsToldSo() {
    put(A, "t");
    provider.asked.getFirst().fail(Kind.RATE_LIMITED, 120_000L);
    assertThat(failedWith(put(A, "t"), Kind.RATE_LIMITED)).isTrue();
  }

  // Hedge

  private Exchange hedged(double budget, Heard heard, Target... spares) {
    var terms = new Terms("t", "s", () -> 10, new Pin.Hedge(500, budget), List.of(spares), 0, null);
    return model.ask(ask(A, terms), heard);
  }

  @Test
  void silentTargetIsHedgedAndTheFirstWhoSpeaksWins() {
    var heard = new Heard();
    var exchange = hedged(1, heard, B);
    time.advance(499);
    assertThat(provider.models()).containsExactly("a");
    time.advance(1);
    assertThat(provider.models()).containsExactly("a", "b");
    provider.asked.get(1).sink.text("Hello");
    assertThat(provider.asked.get(0).cancelled).isTrue();
    provider.asked.get(0).sink.text("too late");
    provider.asked.get(1).answer("Hello");
    assertThat(heard.text).hasToString("Hello");
    assertThat(exchange.reply().succeeded()).isTrue();
    assertThat(exchange.served()).contains(B);
    assertThat(exchange.lost()).containsExactly(A);
    assertThat(breaker(A).state()).isEqualTo(Breaker.State.CLOSED);
  }

  @Test
  void targetThatSpeaksInTimeIsNotHedged() {
    var exchange = hedged(1, new Heard(), B);
    provider.asked.getFirst().sink.text("Hel");
    time.advance(10_000);
    assertThat(provider.asked).hasSize(1);
    provider.asked.getFirst().answer("Hello");
    assertThat(exchange.lost()).isEmpty();
    // Breakers watch for standstills until a moment after the last call.
    time.advance(1_000);
    assertThat(time.waiting()).isZero();
  }

  @Test
  void slowFirstTargetMayStillWin() {
    var exchange = hedged(1, new Heard(), B);
    time.advance(500);
    provider.asked.get(0).answer("Hello");
    assertThat(provider.asked.get(1).cancelled).isTrue();
    assertThat(exchange.lost()).containsExactly(B);
    assertThat(exchange.served()).contains(A);
  }

  @Test
  void oneWhoFailsLeavesTheRaceToTheOther() {
    var exchange = hedged(1, new Heard(), B);
    time.advance(500);
    provider.asked.get(0).refuse(Kind.OVERLOADED);
    assertThat(exchange.reply().isComplete()).isFalse();
    provider.asked.get(1).answer("Hello");
    assertThat(exchange.reply().succeeded()).isTrue();
    assertThat(exchange.lost()).as("who answered 5xx bills nothing").isEmpty();
  }

  @Test
  void oneWhoBrokeOffIsCountedWithTheWinner() {
    var exchange = hedged(1, new Heard(), B);
    time.advance(500);
    provider.asked.get(0).fail(Kind.TIMED_OUT);
    provider.asked.get(1).answer("Hello");
    assertThat(exchange.served()).contains(B);
    assertThat(exchange.lost()).containsExactly(A);
  }

  @Test
  void raceThatSomebodyBillsIsNotFreeThoughTheLastFailureIs() {
    var exchange = hedged(1, new Heard(), B);
    time.advance(500);
    provider.asked.get(0).fail(Kind.TIMED_OUT);
    provider.asked.get(1).refuse(Kind.OVERLOADED);
    assertThat(failedWith(exchange, Kind.OVERLOADED)).isTrue();
    assertThat(free(exchange)).isFalse();
  }

  @Test
  void raceThatAllRefusedIsFree() {
    var exchange = hedged(1, new Heard(), B);
    time.advance(500);
    provider.asked.get(1).refuse(Kind.OVERLOADED);
    provider.asked.get(0).refuse(Kind.OVERLOADED);
    assertThat(free(exchange)).isTrue();
  }

  @Test
  void winnerThatBreaksOffIsNotFree() {
    var exchange = hedged(1, new Heard(), B);
    time.advance(500);
    provider.asked.get(1).sink.text("Hel");
    provider.asked.get(1).refuse(Kind.OVERLOADED);
    assertThat(free(exchange)).as("the loser had read the question").isFalse();
  }

  @Test
  void failureOfTheOnlyOneAskedIsTheQuestions() {
    var exchange = hedged(1, new Heard(), B);
    provider.asked.get(0).fail(Kind.OVERLOADED);
    assertThat(failedWith(exchange, Kind.OVERLOADED)).isTrue();
    time.advance(10_000);
    assertThat(provider.asked).hasSize(1);
  }

  @Test
  void hedgesStayWithinTheirBudget() {
    for (int i = 0; i < 100; i++) {
      hedged(0.05, new Heard(), B);
      time.advance(500);
    }
    assertThat(provider.models()).filteredOn("b"::equals).hasSize(5);
  }

  @Test
  void sickSpareIsPassedOverForTheSameTargetOnceMore() {
    for (int i = 0; i < 10; i++) {
      breaker(B).tryAcquire().orElseThrow().onFailure(1);
    }
    hedged(1, new Heard(), B);
    time.advance(500);
    assertThat(provider.models()).containsExactly("a", "a");
  }

  @Test
  void cancellingCancelsBoth() {
    var exchange = hedged(1, new Heard(), B);
    time.advance(500);
    exchange.cancel();
    assertThat(provider.asked).allMatch(one -> one.cancelled);
    assertThat(exchange.reply().failed()).isTrue();
  }
}
