package io.tidegate.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.conversation.Usd;
import io.tidegate.loop.Budget;
import io.tidegate.loop.Budget.Period;
import io.tidegate.loop.Budget.Scope;
import io.tidegate.loop.Budget.Unit;
import io.tidegate.loop.Event.BudgetRefused;
import io.tidegate.loop.Event.Estimate;
import io.tidegate.loop.Limits;
import io.tidegate.run.Budgets.Answer;
import io.tidegate.run.Budgets.Claim;
import io.tidegate.run.Budgets.Order;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who waits for what others have reserved, and what is settled while nobody answers. */
class TillTest {
  private static final int MOST_UNSETTLED = 10_000;
  private static final Budget TENANT = new Budget(Scope.TENANT, "t", Period.DAY, Unit.USD);
  private static Vertx vertx;

  private final List<String> granted = new CopyOnWriteArrayList<>();
  private final List<BudgetNotice> notices = new CopyOnWriteArrayList<>();
  private Bench bench;
  private FakeBudgets budgets;
  private Till till;

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
    budgets = bench.budgets;
    var listener =
        new RunListener() {
          @Override
          public void budget(BudgetNotice notice) {
            notices.add(notice);
          }
        };
    till = new Till(bench.shell(bench.model, bench.toolbox, listener, new Wire()));
  }

  private static Order order(String name) {
    var session = new SessionId("t", name);
    return new Order(
        new Claim(session, name, "1.1", 1),
        "agent",
        "p/m",
        Limits.DEFAULT,
        Usd.ZERO,
        0,
        new Estimate(10, 10, new Usd(1_000)),
        60_000);
  }

  private Till.Ticket reserve(String name) {
    var ticket = new ArrayList<Till.Ticket>();
    bench.act(
        () ->
            ticket.add(
                till.reserve(
                    order(name), refused -> granted.add(refused.isEmpty() ? name : "no " + name))));
    return ticket.getFirst();
  }

  private void held(int times) {
    for (int i = 0; i < times; i++) {
      budgets.answers.add(new Answer.Held(TENANT));
    }
  }

  private List<String> asked() {
    return budgets.reserved.stream().map(order -> order.claim().run()).toList();
  }

  @Test
  void onlyTheFirstOfALineAsksAgain() {
    held(3);
    for (int i = 0; i < 20; i++) {
      reserve("r" + i);
    }
    bench.calm();
    assertThat(asked()).as("the others see that somebody waits").containsOnly("r0");
    bench.advance(1_000);
    bench.calm();
    bench.advance(1_000);
    bench.calm();
    assertThat(asked().subList(0, 3)).containsOnly("r0");
  }

  @Test
  void allAreServedInTheOrderInWhichTheyCame() {
    held(1);
    var names = new ArrayList<String>();
    for (int i = 0; i < 50; i++) {
      names.add("r" + i);
      reserve("r" + i);
    }
    bench.advance(1_000);
    bench.until("all are served", () -> granted.size() == 50);
    assertThat(granted).isEqualTo(names);
    assertThat(notices)
        .filteredOn(BudgetNotice.Waited.class::isInstance)
        .hasSize(50)
        .allMatch(waited -> ((BudgetNotice.Waited) waited).scope() == Scope.TENANT);
  }

  @Test
  void whatIsGivenBackWakesTheFirstAtOnce() {
    held(1);
    reserve("r0");
    bench.act(() -> till.release(order("other")));
    bench.until("it is served without any time", () -> granted.equals(List.of("r0")));
  }

  @Test
  void whoGivesUpLeavesItsPlaceToTheNext() {
    held(1);
    var first = reserve("r0");
    reserve("r1");
    bench.act(first::cancel);
    bench.until("the next is served", () -> granted.equals(List.of("r1")));
  }

  @Test
  void whoIsRefusedIsToldAndTheNextIsAsked() {
    held(1);
    reserve("r0");
    reserve("r1");
    budgets.answers.add(new Answer.Refused(new BudgetRefused(TENANT, 1, 1, 1)));
    bench.advance(1_000);
    bench.until("both are told", () -> granted.size() == 2);
    assertThat(granted).containsExactly("no r0", "r1");
  }

  @Test
  void whatMayHaveBeenReservedBeforeItWasGivenUpIsGivenBack() {
    budgets.gone = true;
    var ticket = reserve("r0");
    bench.act(ticket::cancel);
    budgets.gone = false;
    bench.advance(1_000);
    bench.until("it is given back", () -> budgets.released.size() == 1);
    assertThat(granted).isEmpty();
  }

  @Test
  void settlementsWaitForAStoreThatDoesNotAnswerButNotEndlesslyMany() {
    budgets.gone = true;
    bench.act(
        () -> {
          for (int i = 0; i < MOST_UNSETTLED + 5; i++) {
            till.settle(order("r" + i), null, _ -> {});
          }
        });
    budgets.gone = false;
    bench.advance(2_000);
    bench.until("they are settled", () -> budgets.settled.size() == MOST_UNSETTLED);
    bench.advance(120_000);
    bench.calm();
    assertThat(budgets.settled).hasSize(MOST_UNSETTLED);
    bench.act(() -> till.settle(order("late"), null, _ -> {}));
    assertThat(budgets.settled).as("there is room again").hasSize(MOST_UNSETTLED + 1);
  }

  @Test
  void settlementIsNotTriedBeyondItsLifetime() {
    budgets.gone = true;
    bench.act(() -> till.settle(order("r0"), null, _ -> {}));
    for (int i = 0; i < 100; i++) {
      bench.advance(1_000);
    }
    budgets.gone = false;
    bench.pass(5_000);
    assertThat(budgets.settled).isEmpty();
    assertThat(bench.time.waiting()).isZero();
  }
}
