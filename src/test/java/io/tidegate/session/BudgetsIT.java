package io.tidegate.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.tidegate.conversation.Usage;
import io.tidegate.conversation.Usd;
import io.tidegate.loop.Budget.Period;
import io.tidegate.loop.Budget.Scope;
import io.tidegate.loop.Event.BudgetWarned;
import io.tidegate.loop.Event.Estimate;
import io.tidegate.loop.Limits;
import io.tidegate.run.BudgetBook;
import io.tidegate.run.BudgetBook.Asked;
import io.tidegate.run.BudgetBook.By;
import io.tidegate.run.BudgetBook.Standing;
import io.tidegate.run.BudgetSettings;
import io.tidegate.run.BudgetSettings.Cap;
import io.tidegate.run.BudgetSettings.Caps;
import io.tidegate.run.Budgets;
import io.tidegate.run.Budgets.Answer;
import io.tidegate.run.Budgets.Bill;
import io.tidegate.run.Budgets.Claim;
import io.tidegate.run.Budgets.Order;
import io.tidegate.run.SessionId;
import io.tidegate.run.Time;
import io.tidegate.session.redis.PipeSettings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Budgets in a real Redis, each test in a tenant of its own. */
@Timeout(60)
class BudgetsIT {
  @RegisterExtension static final TestRedis REDIS = new TestRedis();
  private static final AtomicInteger TENANTS = new AtomicInteger();
  private static final Limits FREE = Limits.DEFAULT;
  private static final Estimate CENT = new Estimate(600, 400, Usd.parse("0.01"));

  private static Vertx vertx;
  private static RedisStore store;

  private final HandTime time = new HandTime();
  private final String tenant = "t" + TENANTS.incrementAndGet();

  @BeforeAll
  static void connect() {
    vertx = Vertx.vertx();
    store = RedisStore.at(vertx, PipeSettings.of(REDIS.url(), 2));
  }

  @AfterAll
  static void disconnect() {
    Await.await(store.close());
    Await.await(vertx.close());
  }

  private Budgets budgets(Caps tenants, Caps agents) {
    return store.budgets(settings(tenants, agents), time);
  }

  private BudgetSettings settings(Caps tenants, Caps agents) {
    return new BudgetSettings(
        Map.of(tenant, tenants), Map.of("agent", agents), List.of(50, 80), 86_400_000L * 30);
  }

  private BudgetBook book() {
    return store.budgetBook(settings(Caps.NONE, Caps.NONE), () -> List.of("agent"), time);
  }

  private static Caps session(String usd) {
    return new Caps(new Cap(Usd.parse(usd), null), Cap.NONE, Cap.NONE);
  }

  private static Caps day(String usd) {
    return new Caps(Cap.NONE, new Cap(Usd.parse(usd), null), Cap.NONE);
  }

  private Order order(String session, String run, String what) {
    return order(session, run, what, CENT, FREE, 60_000);
  }

  private Order order(
      String session, String run, String what, Estimate estimate, Limits limits, long lifetime) {
    return new Order(
        new Claim(new SessionId(tenant, session), run, what, 1_000_000),
        "agent",
        "sim/model",
        limits,
        Usd.ZERO,
        0,
        estimate,
        lifetime);
  }

  private static Bill bill(String usd) {
    return new Bill(new Usage(100, 40, 0, 10, 0), Usd.parse(usd));
  }

  private Standing standing(Scope scope, String id) {
    return Await.await(book().show(tenant, scope, id)).getFirst();
  }

  @Test
  void whatIsReservedAndSettledIsSeenOnEveryLevel() {
    var budgets = budgets(day("5"), session("1"));
    assertThat(Await.await(budgets.reserve(order("s.f", "r1", "1.1"))))
        .isEqualTo(new Answer.Granted());
    for (var level : List.of("session s", "run r1", "agent agent", "tenant " + tenant)) {
      var name = level.split(" ");
      var scope = Scope.valueOf(name[0].toUpperCase(java.util.Locale.ROOT));
      assertThat(standing(scope, name[1]).reserved()).as(level).isEqualTo(CENT.cost());
      assertThat(standing(scope, name[1]).reservedTokens()).as(level).isEqualTo(1_000);
    }
    Await.await(budgets.settle(order("s.f", "r1", "1.1"), bill("0.004000001")));
    var settled = standing(Scope.SESSION, "s");
    assertThat(settled.reserved()).isEqualTo(Usd.ZERO);
    assertThat(settled.used()).isEqualTo(Usd.parse("0.004000001"));
    assertThat(settled.usedTokens()).isEqualTo(110);
    assertThat(standing(Scope.TENANT, tenant).used()).isEqualTo(Usd.parse("0.004000001"));
  }

  @Test
  void claimIsReservedOnceAndSettledOnceHoweverOftenItIsSaid() {
    var budgets = budgets(day("5"), Caps.NONE);
    var order = order("s", "r2", "1.1");
    for (int i = 0; i < 3; i++) {
      Await.await(budgets.reserve(order));
    }
    assertThat(standing(Scope.SESSION, "s").reserved()).isEqualTo(CENT.cost());
    for (int i = 0; i < 3; i++) {
      Await.await(budgets.settle(order, bill("0.002")));
    }
    Await.await(budgets.release(order));
    var standing = standing(Scope.SESSION, "s");
    assertThat(standing.used()).isEqualTo(Usd.parse("0.002"));
    assertThat(standing.reserved()).isEqualTo(Usd.ZERO);
  }

  @Test
  void releasedClaimCostsNothingAndMayBeReservedAnew() {
    var budgets = budgets(day("5"), Caps.NONE);
    var order = order("s", "r3", "1.1");
    Await.await(budgets.reserve(order));
    Await.await(budgets.release(order));
    assertThat(standing(Scope.SESSION, "s").reserved()).isEqualTo(Usd.ZERO);
    Await.await(budgets.reserve(order));
    Await.await(budgets.settle(order, null));
    assertThat(standing(Scope.SESSION, "s").used()).isEqualTo(CENT.cost());
  }

  @Test
  void whatAnEarlierOwnerSaysOfAClaimIsNotHeard() {
    var budgets = budgets(day("5"), Caps.NONE);
    var zombie = order("s", "r4", "1.1");
    var claim = zombie.claim();
    var later =
        new Order(
            new Claim(claim.session(), claim.run(), claim.what(), 2_000_000),
            zombie.agent(),
            zombie.model(),
            FREE,
            Usd.ZERO,
            0,
            CENT,
            60_000);
    Await.await(budgets.reserve(zombie));
    Await.await(budgets.reserve(later));
    Await.await(budgets.release(zombie));
    Await.await(budgets.settle(zombie, bill("9")));
    assertThat(standing(Scope.SESSION, "s").reserved()).isEqualTo(CENT.cost());
    Await.await(budgets.settle(later, bill("0.003")));
    assertThat(standing(Scope.SESSION, "s").used()).isEqualTo(Usd.parse("0.003"));
  }

  @Test
  void othersReservationsHoldBackAndWhatIsSpentRefuses() {
    var budgets = budgets(Caps.NONE, session("0.015"));
    Await.await(budgets.reserve(order("s", "r5", "1.1")));
    var held = Await.await(budgets.reserve(order("s.f", "r6", "1.1")));
    assertThat(held).isInstanceOf(Answer.Held.class);
    assertThat(((Answer.Held) held).by().scope()).isEqualTo(Scope.SESSION);
    assertThat(standing(Scope.RUN, "r6").reserved()).isEqualTo(Usd.ZERO);
    Await.await(budgets.settle(order("s", "r5", "1.1"), bill("0.006")));
    var refused = Await.await(budgets.reserve(order("s.f", "r6", "1.1")));
    assertThat(refused).isInstanceOf(Answer.Refused.class);
    var why = ((Answer.Refused) refused).why();
    assertThat(why.limit()).isEqualTo(15_000_000);
    assertThat(why.used()).isEqualTo(6_000_000);
    assertThat(why.estimate()).isEqualTo(10_000_000);
    assertThat(why.budget().id()).isEqualTo("s");
  }

  @Test
  void tokensOfARunAreLimitedToo() {
    var budgets = budgets(Caps.NONE, Caps.NONE);
    var limits = new Limits(9, 9, 1, null, 1_500L, 1_000, 0, 0);
    Await.await(budgets.reserve(order("s", "r7", "1.1", CENT, limits, 60_000)));
    Await.await(budgets.settle(order("s", "r7", "1.1", CENT, limits, 60_000), null));
    var refused = Await.await(budgets.reserve(order("s", "r7", "2.1", CENT, limits, 60_000)));
    assertThat(((Answer.Refused) refused).why().used()).isEqualTo(1_000);
  }

  @Test
  void storeThatForgotARunDoesNotLetItSpendAgain() {
    var budgets = budgets(Caps.NONE, Caps.NONE);
    var limits = new Limits(9, 9, 1, Usd.parse("0.05"), null, 1_000, 0, 0);
    var known = order("s", "r8", "7.1", CENT, limits, 60_000);
    var order =
        new Order(
            known.claim(), known.agent(), known.model(), limits, Usd.parse("0.045"), 0, CENT, 9);
    assertThat(Await.await(budgets.reserve(order))).isInstanceOf(Answer.Refused.class);
  }

  @Test
  void claimThatNobodySettlesCountsAsSpentWhenItsTimeIsOver() {
    var budgets = budgets(day("5"), Caps.NONE);
    Await.await(budgets.reserve(order("s", "r9", "1.1", CENT, FREE, 1)));
    until(
        () -> {
          Await.await(budgets.reserve(order("s", "r9", "other")));
          Await.await(budgets.release(order("s", "r9", "other")));
          return standing(Scope.SESSION, "s").used().equals(CENT.cost());
        });
    assertThat(standing(Scope.SESSION, "s").reserved()).isEqualTo(Usd.ZERO);
    Await.await(budgets.settle(order("s", "r9", "1.1"), bill("0.001")));
    assertThat(standing(Scope.SESSION, "s").used()).isEqualTo(CENT.cost());
  }

  @Test
  void hundredThatWantTheSameDollarNeverGetMore() {
    var budgets = budgets(Caps.NONE, session("1"));
    var estimate = new Estimate(600, 400, Usd.parse("0.07"));
    var asks =
        IntStream.range(0, 100)
            .mapToObj(i -> order("s.f" + i, "h" + i, "1.1", estimate, FREE, 60_000))
            .toList();
    var answers = Await.await(Future.all(asks.stream().map(budgets::reserve).toList()));
    assertThat(answers.<Answer>list().stream().filter(Answer.Granted.class::isInstance))
        .hasSize(14);
    assertThat(standing(Scope.SESSION, "s").reserved()).isEqualTo(Usd.parse("0.98"));
  }

  @Test
  void thresholdsAreWarnedOfOncePerPeriodAndLimit() {
    var budgets = budgets(Caps.NONE, session("0.02"));
    var first = Await.await(budgets.settle(order("s", "r10", "1.1"), bill("0.011")));
    assertThat(first).extracting(BudgetWarned::percent).containsExactly(50);
    assertThat(Await.await(budgets.settle(order("s", "r10", "2.1"), bill("0.001")))).isEmpty();
    var second = Await.await(budgets.settle(order("s", "r10", "3.1"), bill("0.005")));
    assertThat(second).extracting(BudgetWarned::percent).containsExactly(80);
    assertThat(second.getFirst().used()).isEqualTo(17_000_000);
    assertThat(second.getFirst().limit()).isEqualTo(20_000_000);
  }

  @Test
  void whatIsSetGoesBeforeTheConfigurationAndHoldsWhenItIsAnswered() {
    var budgets = budgets(day("0.001"), Caps.NONE);
    assertThat(Await.await(budgets.reserve(order("s", "r11", "1.1"))))
        .isInstanceOf(Answer.Refused.class);
    set(Scope.TENANT, tenant, Period.DAY, "1");
    assertThat(Await.await(budgets.reserve(order("s", "r11", "1.1"))))
        .isEqualTo(new Answer.Granted());
    var listed = Await.await(book().list(tenant, null, 10)).items();
    assertThat(listed).extracting(Standing::usd).containsExactly(Usd.parse("1"));
    assertThat(listed.getFirst().set()).isTrue();
    set(Scope.TENANT, tenant, Period.DAY, null);
    assertThat(Await.await(budgets.reserve(order("s", "r11", "2.1"))))
        .isInstanceOf(Answer.Refused.class);
  }

  @Test
  void budgetsThatAreShownOneByOneAreThoseOfTheTenantAndItsAgentsThatHaveALimit() {
    set(Scope.TENANT, tenant, Period.DAY, "1");
    set(Scope.AGENT, "agent", Period.MONTH, "2");
    set(Scope.SESSION, "s", Period.TOTAL, "3");
    set(Scope.RUN, "r12", Period.TOTAL, "4");
    assertThat(Await.await(book().named(tenant)))
        .extracting(Standing::id, Standing::usd)
        .containsExactly(tuple("agent", Usd.parse("2")), tuple(tenant, Usd.parse("1")));
  }

  private void set(Scope scope, String id, Period period, String usd) {
    Await.await(book().set(tenant, scope, id, period, usd == null ? null : Usd.parse(usd), null));
  }

  /** A clock that stands still until it is moved; what waits for it does not wait. */
  private static final class HandTime implements Time {
    private long nanos;

    void advance(long ms) {
      nanos += ms * 1_000_000;
    }

    @Override
    public long now() {
      return 1_700_000_000_000L;
    }

    @Override
    public long nanos() {
      return nanos;
    }

    @Override
    public Timer after(long ms, Runnable task) {
      advance(ms);
      task.run();
      return () -> {};
    }
  }

  private static void until(BooleanSupplier holds) {
    while (!holds.getAsBoolean()) {
      Thread.onSpinWait();
    }
  }

  @Test
  void whereNothingIsLimitedOnlyTheSettlementIsSent() {
    var budgets = budgets(Caps.NONE, Caps.NONE);
    Await.await(budgets.settle(order("s", "r12", "1.1"), bill("0.001")));
    Await.await(budgets.reserve(order("s", "r12", "2.1")));
    assertThat(standing(Scope.SESSION, "s").reserved()).isEqualTo(Usd.ZERO);
    time.advance(1_001);
    Await.await(budgets.reserve(order("s", "r12", "3.1")));
    assertThat(standing(Scope.SESSION, "s").reserved()).isEqualTo(CENT.cost());
    Await.await(budgets.settle(order("s", "r12", "3.1"), null));
    assertThat(standing(Scope.SESSION, "s").used()).isEqualTo(Usd.parse("0.011"));
  }

  @Test
  void usageIsToldByEverythingAndByPages() {
    var budgets = budgets(Caps.NONE, Caps.NONE);
    Await.await(budgets.settle(order("s1", "r13", "1.1"), bill("0.001")));
    Await.await(budgets.settle(order("s2", "r14", "1.1"), bill("0.002")));
    Await.await(budgets.settle(order("s2", "r14", "2.1"), null));
    var today = LocalDate.now(ZoneOffset.UTC);
    for (var by : By.values()) {
      var page =
          Await.await(
              book().usage(new Asked(tenant, by, today.minusDays(1), today.plusDays(1), null, 10)));
      long calls = page.items().stream().mapToLong(BudgetBook.Used::calls).sum();
      long nanos = page.items().stream().mapToLong(used -> used.cost().nanos()).sum();
      assertThat(calls).as("%s", by).isEqualTo(3);
      assertThat(nanos).as("%s", by).isEqualTo(13_000_000);
    }
    var first =
        Await.await(book().usage(new Asked(tenant, By.SESSION, today, today.plusDays(1), null, 1)));
    assertThat(first.items()).extracting(BudgetBook.Used::key).containsExactly("s2");
    assertThat(first.items().getFirst().guessed()).isEqualTo(1);
    assertThat(first.items().getFirst().cachedInput()).isEqualTo(40);
    var second =
        Await.await(
            book().usage(new Asked(tenant, By.SESSION, today, today.plusDays(1), first.next(), 1)));
    assertThat(second.items()).extracting(BudgetBook.Used::key).containsExactly("s1");
    assertThat(second.next()).isNull();
  }

  @Test
  void raisedBudgetWakesAsManyAsItHasRoomFor() {
    var budgets = budgets(Caps.NONE, session("0.001"));
    for (int i = 0; i < 5; i++) {
      Await.await(budgets.reserve(order("s.f" + i, "w" + i, "1.1")));
    }
    assertThat(Await.await(book().waitingTenants())).contains(tenant);
    assertThat(Await.await(book().ready(tenant, Scope.SESSION, "s")).turns()).isEmpty();
    set(Scope.SESSION, "s", Period.TOTAL, "0.03");
    var ready = Await.await(book().ready(tenant, Scope.SESSION, "s"));
    assertThat(ready.turns()).hasSize(3);
    assertThat(ready.next()).isEqualTo(-1);
    var woken = ready.turns().getFirst();
    assertThat(woken.session().id()).isEqualTo("s.f0");
    Await.await(budgets.reserve(order("s.f0", "w0", "1.1")));
    Await.await(book().woken(ready.account(), ready.turns().get(1)));
    set(Scope.SESSION, "s", Period.TOTAL, "1");
    assertThat(Await.await(book().ready(tenant, Scope.SESSION, "s")).turns())
        .extracting(turn -> turn.session().id())
        .containsExactly("s.f3", "s.f4");
  }
}
