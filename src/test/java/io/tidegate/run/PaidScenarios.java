package io.tidegate.run;

import static io.tidegate.run.ScriptedModel.replies;
import static io.tidegate.run.ScriptedModel.reply;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.conversation.ModelFailure.Kind;
import io.tidegate.conversation.Price;
import io.tidegate.conversation.Usage;
import io.tidegate.conversation.Usd;
import io.tidegate.loop.Event;
import io.tidegate.loop.Limits;
import io.tidegate.loop.Pin;
import io.tidegate.loop.Pin.Hedge;
import io.tidegate.loop.Pin.Target;
import io.tidegate.loop.Spending.Counted;
import io.tidegate.loop.StopReason;
import io.tidegate.run.Budgets.Bill;
import io.vertx.core.Vertx;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What questions reserve, and what they are settled at. */
class PaidScenarios {
  private static final Target CHEAP = target("cheap", "1");
  private static final Target DEAR = target("dear", "100");
  private static Vertx vertx;
  private Bench bench;

  @BeforeAll
  static void start() {
    vertx = Bench.oneLoop();
  }

  @AfterAll
  static void stop() {
    Bench.await(vertx.close());
  }

  @BeforeEach
  void setUp() {
    bench = new Bench(vertx);
  }

  @AfterEach
  void check() {
    bench.check();
  }

  private static Target target(String model, String price) {
    var usd = Usd.parse(price);
    var each = new Price(usd, usd, usd, usd);
    return new Target("p", model, each, Pin.Timeout.DEFAULT, 2, 1_000, null);
  }

  private static Pin pin(@Nullable Hedge hedge, Target... targets) {
    return Bench.pin(Limits.DEFAULT)
        .withRoute(new Pin.Route("smart", List.of(targets), false, hedge));
  }

  private Event.Estimate reserved() {
    return bench.budgets.reserved.getFirst().estimate();
  }

  @Test
  void routeWithAHedgeReservesForTheDearestWhoMayBeAskedBesides() {
    bench.agent(pin(new Hedge(500, 0.1), CHEAP, DEAR)).begin();
    bench.untilAsked(1);
    var asked = bench.model.last().ask;
    var first = InputBound.of(asked, 0, null);
    var second = InputBound.of(asked.to(DEAR), -1, null);
    assertThat(reserved()).isEqualTo(first.plus(second));
    assertThat(bench.events(Event.ModelAsked.class).getFirst().estimate()).isEqualTo(reserved());
  }

  @Test
  void routeThatHedgesNothingReservesForOne() {
    bench.agent(pin(new Hedge(500, 0), CHEAP, DEAR)).begin();
    bench.untilAsked(1);
    assertThat(reserved()).isEqualTo(InputBound.of(bench.model.last().ask, 0, null));
  }

  @Test
  void whoLosesARaceIsPaidForWhatItReadAtItsOwnPrice() {
    bench.agent(pin(new Hedge(500, 0.1), CHEAP, DEAR)).begin();
    bench.untilAsked(1);
    var question = bench.model.last();
    question.lost = List.of(DEAR);
    bench.act(() -> question.answer(reply(question.ask, "Done.")));
    var stop = bench.stopped(1);
    var said = new Usage(10, 0, 0, 5, 0);
    var read = new Usage(InputBound.of(question.ask.to(DEAR), -1, null).input(), 0, 0, 0, 0);
    var cost = CHEAP.price().cost(said).plus(DEAR.price().cost(read));
    assertThat(bench.budgets.settled).hasSize(1);
    assertThat(bench.budgets.settled.getFirst().bill()).isEqualTo(new Bill(said.plus(read), cost));
    assertThat(stop.cost()).isEqualTo(cost);
    assertThat(cost.nanos()).isLessThanOrEqualTo(reserved().cost().nanos());
  }

  @Test
  void countOfASecondTargetThatWonIsNotTakenForTheFirsts() {
    bench.toolbox.answers(FakeToolbox::succeeded);
    bench.agent(pin(new Hedge(500, 0.1), CHEAP, DEAR)).begin();
    bench.untilAsked(1);
    var first = bench.model.last();
    first.served = DEAR;
    bench.act(() -> first.answer(reply(first.ask, "", "look:1")));
    bench.untilAsked(2);
    var second = bench.model.last().ask;
    assertThat(bench.events(Event.Replied.class).getFirst().read())
        .isEqualTo(new Event.Read(1, 10));
    var estimate = bench.events(Event.ModelAsked.class).getLast().estimate();
    assertThat(estimate)
        .isEqualTo(InputBound.of(second, 0, null).plus(InputBound.of(second.to(DEAR), -1, null)));
    bench.act(() -> bench.model.last().answer(reply(second, "Done.")));
    bench.stopped(1);
  }

  @Test
  void whatALoserReadIsNotCountedAsTheWinnersInput() {
    bench.toolbox.answers(FakeToolbox::succeeded);
    bench.agent(pin(new Hedge(500, 0.1), CHEAP, DEAR)).begin();
    bench.untilAsked(1);
    var first = bench.model.last();
    int said = first.ask.transcript().size();
    first.lost = List.of(DEAR);
    bench.act(() -> first.answer(reply(first.ask, "", "look:1")));
    bench.untilAsked(2);
    var second = bench.model.last().ask;
    var estimate = bench.events(Event.ModelAsked.class).getLast().estimate();
    assertThat(estimate)
        .isEqualTo(
            InputBound.of(second, 0, new Counted(0, said, 10))
                .plus(InputBound.of(second.to(DEAR), -1, null)));
    bench.act(() -> bench.model.last().answer(reply(second, "Done.")));
    bench.stopped(1);
  }

  @Test
  void costAndTokensAreThoseOfWhoAnswered() {
    var other = new Target("q", CHEAP.model(), DEAR.price(), Pin.Timeout.DEFAULT, 2, 1_000, null);
    bench.agent(pin(new Hedge(500, 0.1), CHEAP, other)).begin();
    bench.untilAsked(1);
    var question = bench.model.last();
    question.served = other;
    bench.act(() -> question.answer(reply(question.ask, "Done.")));
    var said = new Usage(10, 0, 0, 5, 0);
    assertThat(bench.stopped(1).cost()).isEqualTo(other.price().cost(said));
    assertThat(bench.budgets.reserved.getFirst().model()).isEqualTo("p/cheap");
    var settled = bench.budgets.settled.getFirst().order();
    assertThat(settled.model()).isEqualTo("q/cheap");
    assertThat(settled.claim()).isEqualTo(bench.budgets.reserved.getFirst().claim());
    assertThat(bench.heard.answered)
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.target()).isEqualTo(other);
              assertThat(one.usage()).isEqualTo(said);
            });
  }

  @Test
  void questionThatWasRefusedIsGivenBackAndOneThatBrokeCountsAsItsEstimate() {
    bench.agent(pin(null, CHEAP)).begin();
    bench.untilAsked(1);
    bench.act(() -> bench.model.last().refuse(Kind.OVERLOADED));
    bench.pass(1_000);
    bench.untilAsked(2);
    assertThat(bench.budgets.released).hasSize(1);
    assertThat(bench.budgets.settled).isEmpty();
    bench.act(() -> bench.model.last().fail(Kind.TIMED_OUT));
    assertThat(bench.stopped(1).reason()).isEqualTo(StopReason.MODEL_UNAVAILABLE);
    assertThat(bench.budgets.released).hasSize(1);
    assertThat(bench.budgets.settled).hasSize(1);
    assertThat(bench.budgets.settled.getFirst().bill()).isNull();
    assertThat(bench.stopped(1).cost()).isEqualTo(bench.budgets.reserved.get(1).estimate().cost());
  }

  @Test
  void whoTakesOverSettlesWhatWasUnderWayAtItsEstimateAndOnce() {
    bench.agent(pin(null, CHEAP));
    var dead = new Node(bench).begin();
    var taker =
        new Node(bench, ask -> replies(ask) == 0 ? reply(ask, "", "look:1") : reply(ask, "Done."));
    dead.wire.cut();
    bench.pass(10_000);
    var stop = bench.untilStops(1).getFirst();
    assertThat(stop.reason()).isEqualTo(StopReason.COMPLETED);
    assertThat(taker.model.questions()).hasSize(2);
    var left = bench.budgets.reserved.getFirst();
    var settled = bench.budgets.settled;
    assertThat(settled).hasSize(3);
    assertThat(settled)
        .filteredOn(one -> one.order().claim().what().equals(left.claim().what()))
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.bill()).isNull();
              assertThat(one.order().estimate()).isEqualTo(left.estimate());
              assertThat(one.order().claim().rank()).isGreaterThan(left.claim().rank());
            });
    var replies = CHEAP.price().cost(new Usage(20, 0, 0, 10, 0));
    assertThat(stop.cost()).isEqualTo(left.estimate().cost().plus(replies));
  }

  /** Else it would be settled at its estimate, and its bill would come too late. */
  @Test
  void claimOutlivesAQuestionThatWaitsLongForItsPlaceAndThenIsAnsweredSlowly() {
    bench.agent(pin(null, CHEAP));
    new Node(bench).begin().answer("Done.");
    bench.untilStops(1);
    assertThat(bench.budgets.reserved.getFirst().lifetimeMs())
        .isGreaterThan(2 * CHEAP.timeout().totalMs());
  }

  @Test
  void whoTakesOverGivesBackWhatACallHadReservedThatStillWaitedForItsPlace() {
    bench.limits(new GatewayLimits(10, 10, 1, 0, 0));
    var pin = pin(null, CHEAP);
    var paid = pin.tools().stream().map(tool -> tool.withPrice(Usd.parse("1"))).toList();
    bench.agent(pin.withTools(paid));
    var dead = new Node(bench);
    dead.toolbox.answers(_ -> null);
    dead.begin().answer("", "look:1", "look:2");
    dead.untilSent(1);
    bench.until("both are paid for", () -> bench.budgets.reserved.size() == 3);
    var waited = bench.budgets.reserved.getLast().claim();
    new Node(bench, ask -> reply(ask, "Done."));
    dead.wire.cut();
    bench.pass(10_000);
    assertThat(bench.untilStops(1).getFirst().reason()).isEqualTo(StopReason.COMPLETED);
    assertThat(bench.budgets.released)
        .filteredOn(order -> order.claim().what().equals(waited.what()))
        .singleElement()
        .satisfies(order -> assertThat(order.claim().rank()).isGreaterThan(waited.rank()))
        .as("nobody here knows whether it was reserved: nothing is counted as given back")
        .satisfies(order -> assertThat(order.estimate().cost()).isEqualTo(Usd.ZERO));
  }
}
