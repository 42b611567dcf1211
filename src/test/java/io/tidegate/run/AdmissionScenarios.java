package io.tidegate.run;

import static io.tidegate.run.ScriptedModel.reply;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.conversation.Json;
import io.tidegate.loop.Event;
import io.tidegate.loop.Limits;
import io.tidegate.loop.Pin.Verdict;
import io.tidegate.run.Sessions.OnBusy;
import io.tidegate.run.Sessions.Start;
import io.tidegate.run.Sessions.Started;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How much is taken on: by each process, for each tenant, and what waits meanwhile. */
class AdmissionScenarios {
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

  private Node node(int activeRuns) {
    bench.limits(new GatewayLimits(activeRuns, 5_000, 100, 0, 0));
    return new Node(bench, _ -> null);
  }

  private static Start of(String tenant, String session, int priority, @Nullable String key) {
    return new Start(
        tenant,
        session,
        "agent",
        "Go.",
        Limits.Change.NONE,
        Json.EMPTY_OBJECT,
        OnBusy.REJECT,
        key,
        "test",
        priority,
        null);
  }

  private Started starts(Node node, String tenant, String session) {
    return bench.on(() -> node.sessions.start(of(tenant, session, WorkQueue.USUAL, null)));
  }

  /** Questions that nobody has answered. */
  private static List<ScriptedModel.Question> open(Node... nodes) {
    return List.of(nodes).stream()
        .flatMap(node -> node.model.questions().stream())
        .filter(question -> !question.reply().isComplete())
        .toList();
  }

  private void ends(ScriptedModel.Question question) {
    bench.act(() -> question.answer(reply(question.ask, "Done.")));
    bench.calm();
  }

  @Test
  void aTenantsLimitHoldsOverAllProcessesAndWhatWaitsGetsItsTurn() {
    bench.tenants(Map.of("small", 2));
    var one = node(100);
    var other = node(100);
    for (int i = 0; i < 10; i++) {
      starts(i % 2 == 0 ? one : other, "small", "s" + i);
      bench.calm();
      assertThat(open(one, other)).hasSizeLessThanOrEqualTo(2);
    }
    for (int i = 0; i < 10; i++) {
      bench.pass(2_000);
      assertThat(open(one, other)).hasSize(Math.min(2, 10 - i));
      assertThat(bench.queue.running("small")).isEqualTo(Math.min(2, 10 - i));
      ends(open(one, other).getFirst());
      assertThat(open(one, other)).hasSizeLessThanOrEqualTo(2);
    }
    bench.pass(2_000);
    assertThat(bench.queue.running("small")).isZero();
    assertThat(bench.on(bench.queue::size)).isZero();
    assertThat(one.heard.stops.get() + other.heard.stops.get()).isEqualTo(10);
  }

  @Test
  void manyThatAskAtOnceAreNeverMoreThanTheLimit() {
    bench.tenants(Map.of("small", 1));
    var one = node(100);
    var other = node(100);
    var most = new AtomicInteger();
    for (int i = 0; i < 20; i++) {
      int nth = i;
      bench.act(
          () -> {
            one.sessions.start(of("small", "a" + nth, WorkQueue.USUAL, null));
            other.sessions.start(of("small", "b" + nth, WorkQueue.USUAL, null));
          });
    }
    bench.until(
        "all have run",
        () -> {
          most.accumulateAndGet(open(one, other).size(), Math::max);
          bench.time.advance(50);
          open(one, other).forEach(it -> it.answer(reply(it.ask, "Done.")));
          return one.heard.stops.get() + other.heard.stops.get() == 40;
        });
    assertThat(most).hasValue(1);
  }

  @Test
  void runsInSessionsThatAreThereCountToo() {
    bench.tenants(Map.of("small", 1));
    var one = node(100);
    var other = node(100);
    for (int i = 0; i < 2; i++) {
      starts(one, "small", "s" + i);
      one.untilAsked(i + 1);
      ends(open(one).getFirst());
      bench.calm();
    }
    bench.act(
        () -> {
          one.sessions.start(of("small", "s0", WorkQueue.USUAL, null));
          other.sessions.start(of("small", "s1", WorkQueue.USUAL, null));
        });
    bench.pass(2_000);
    assertThat(open(one, other)).hasSize(1);
    ends(open(one, other).getFirst());
    bench.pass(2_000);
    assertThat(open(one, other)).hasSize(1);
    ends(open(one, other).getFirst());
    bench.pass(2_000);
    assertThat(bench.queue.running("small")).isZero();
  }

  @Test
  void aRunThatTakesThePlaceOfASuspendedOneWaitsLikeAllThatIsNew() {
    bench.tenants(Map.of("default", 1));
    bench.rules.say("look", Verdict.ASK);
    var one = node(100).begin();
    one.answer("", "look:1");
    bench.until("it waits", () -> !bench.events(Event.Suspended.class).isEmpty());
    one.untilNothingIsDriven();
    bench.calm();
    one.start("s2");
    one.untilAsked(2);
    bench.limits(new GatewayLimits(100, 1, 5_000, 0, 0));
    var full = new Node(bench, _ -> null);
    full.start("s3");
    assertThat(bench.refused(() -> full.sessions.start(bench.start("s1", OnBusy.INTERRUPT, null))))
        .isEqualTo(Rejection.Kind.OVERLOADED);
    assertThat(bench.on(bench.queue::size)).isEqualTo(1);
  }

  @Test
  void aRunThatGoesOnAfterADecisionIsWithinTheLimit() {
    bench.tenants(Map.of("default", 1));
    bench.rules.say("look", Verdict.ASK);
    var one = node(100).begin();
    one.answer("", "look:1");
    bench.until("it waits", () -> !bench.events(Event.Suspended.class).isEmpty());
    one.untilNothingIsDriven();
    bench.calm();
    one.start("s2");
    one.untilAsked(2);
    var call = bench.events(Event.ApprovalRequested.class).getFirst().call();
    bench.on(
        () ->
            one.sessions.decide(
                Bench.SESSION, call, new Sessions.Decision(true, null, null, "", "test")));
    bench.pass(3_000);
    assertThat(one.toolbox.sent()).isEmpty();
    assertThat(open(one)).hasSize(1);
    ends(open(one).getFirst());
    bench.pass(2_000);
    one.untilSent(1);
  }

  @Test
  void theRunsOfOneTenantDoNotStarveThatOfAnother() {
    var one = node(1);
    starts(one, "big", "first");
    one.untilAsked(1);
    for (int i = 0; i < 1_000; i++) {
      starts(one, "big", "s" + i);
    }
    starts(one, "modest", "mine");
    ends(open(one).getFirst());
    one.untilAsked(2);
    ends(open(one).getFirst());
    one.untilAsked(3);
    assertThat(bench.memory.entries(new SessionId("modest", "mine")).getLast().event())
        .isInstanceOfAny(Event.ModelAsked.class, Event.Stopped.class);
    assertThat(bench.on(bench.queue::size)).isGreaterThan(990);
  }

  @Test
  void urgentRunsComeFirst() {
    var one = node(1);
    starts(one, "t", "first");
    one.untilAsked(1);
    for (int priority = 0; priority <= 9; priority++) {
      int its = priority;
      bench.on(() -> one.sessions.start(of("t", "p" + its, its, null)));
    }
    for (int priority = 9; priority >= 0; priority--) {
      ends(open(one).getFirst());
      one.untilAsked(11 - priority);
      assertThat(bench.memory.entries(new SessionId("t", "p" + priority))).hasSizeGreaterThan(2);
    }
  }

  @Test
  void aFullQueueRefusesWhatIsNewAndKnowsWhatItHas() {
    bench.limits(new GatewayLimits(1, 1, 10, 0, 0));
    var one = new Node(bench, _ -> null);
    one.start("busy");
    one.untilAsked(1);
    var first = bench.on(() -> one.sessions.start(of("t", null, WorkQueue.USUAL, "key")));
    bench.advance(1);
    var again = bench.on(() -> one.sessions.start(of("t", null, WorkQueue.USUAL, "key")));
    assertThat(again.run()).isEqualTo(first.run());
    assertThat(again.repeated()).isTrue();
    assertThat(bench.refused(() -> one.sessions.start(of("t", "s3", WorkQueue.USUAL, null))))
        .isEqualTo(Rejection.Kind.OVERLOADED);
    ends(open(one).getFirst());
    one.untilAsked(2);
    ends(open(one).getFirst());
    one.untilNothingIsDriven();
    assertThat(starts(one, "t", "s4").queued()).isFalse();
  }

  @Test
  void aRunThatWaitsCanBeCancelledAndItsSessionCannotBeDeletedBefore() {
    var one = node(1);
    one.start("busy");
    one.untilAsked(1);
    var waiting = one.start("s1");
    assertThat(waiting.queued()).isTrue();
    assertThat(bench.refused(() -> one.sessions.delete(Bench.SESSION)))
        .isEqualTo(Rejection.Kind.BUSY);
    bench.on(() -> one.sessions.cancel(Bench.SESSION, waiting.run(), "No.", "test"));
    bench.on(() -> one.sessions.delete(Bench.SESSION));
    ends(open(one).getFirst());
    bench.pass(2_000);
    assertThat(one.model.questions()).hasSize(1);
    assertThat(bench.on(bench.queue::size)).isZero();
  }

  @Test
  void whatAFullProcessLetsWaitAnotherBeginsAtOnce() {
    var full = node(1);
    full.start("busy");
    full.untilAsked(1);
    var other = node(100);
    for (int i = 0; i < 50; i++) {
      assertThat(full.start("s" + i).queued()).isTrue();
    }
    other.untilAsked(50);
    assertThat(bench.on(bench.queue::size)).isZero();
  }

  @Test
  void manyDecisionsAtOnceDoNotMakeAProcessTakeOnMoreThanItMay() {
    bench.rules.say("look", Verdict.ASK);
    var one = node(100);
    one.model.answers(ask -> reply(ask, "", "look:1"));
    for (int i = 0; i < 20; i++) {
      one.start("s" + i);
    }
    bench.until("all wait", () -> one.heard.suspensions.get() == 20);
    one.untilNothingIsDriven();
    var small = node(3);
    small.toolbox.answers(_ -> null);
    one.wire.cut();
    bench.act(
        () -> {
          for (int i = 0; i < 20; i++) {
            var session = new SessionId("default", "s" + i);
            var call =
                bench.memory.entries(session).stream()
                    .map(it -> it.event())
                    .filter(Event.ApprovalRequested.class::isInstance)
                    .map(it -> ((Event.ApprovalRequested) it).call())
                    .findFirst()
                    .orElseThrow();
            small.sessions.decide(
                session, call, new Sessions.Decision(true, null, null, "", "test"));
          }
        });
    bench.pass(1_000);
    assertThat(small.toolbox.sent()).hasSize(3);
    assertThat(small.sessions.active()).isEqualTo(3);
  }
}
