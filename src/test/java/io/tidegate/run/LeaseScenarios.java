package io.tidegate.run;

import static io.tidegate.run.ScriptedModel.reply;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.conversation.Json;
import io.tidegate.loop.Event;
import io.tidegate.loop.Limits;
import io.tidegate.loop.Outcome;
import io.tidegate.loop.Pin;
import io.tidegate.loop.Pin.Verdict;
import io.tidegate.loop.StopReason;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A process is silent for longer than its lease, and then wakes up. */
class LeaseScenarios {
  private static Vertx vertx;
  private Bench bench;
  private Node sleeper;

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
    bench = new Bench(vertx).replica(new ReplicaSettings(1_000, 0));
    sleeper = silent();
    sleeper.toolbox.answers(_ -> null);
  }

  private Node silent() {
    return new Node(bench, _ -> null);
  }

  /** The sleeper has a call under way, and is silent from then on. */
  private Node asleep(String call) {
    sleeper.begin();
    sleeper.answer("", call);
    sleeper.untilSent(1);
    return sleepsOn();
  }

  private Node sleepsOn() {
    var other = silent();
    sleeper.wire.cut();
    while (bench.events(Event.Resumed.class).isEmpty()) {
      bench.pass(250);
    }
    return other;
  }

  private void wakes() {
    sleeper.wire.mend();
    bench.pass(2_000);
  }

  @Test
  void itDropsItsRunsAndWorksOnInANewLife() {
    var other = asleep("look:1");
    other.untilSent(1);
    bench.act(sleeper.toolbox.sent().getFirst()::succeed);
    wakes();
    assertThat(sleeper.leasesLost).hasValue(1);
    sleeper.untilNothingIsDriven();
    assertThat(sleeper.sessions.alive()).isTrue();
    other.answer("Done.");
    assertThat(bench.untilStops(1).getFirst().reason()).isEqualTo(StopReason.COMPLETED);
    sleeper.model.answers(ask -> reply(ask, "Hello."));
    sleeper.start("s2");
    bench.until("it works on", () -> sleeper.heard.stops.get() == 1);
    assertThat(bench.events(Event.CallReturned.class)).hasSize(1);
  }

  @Test
  void theAlarmOfAnApprovalThatItWaitedForIsSetAgain() {
    var rule = new Pin.Rule("true", Verdict.ASK, 60_000L, List.of(), null);
    bench.agent(Bench.pin(Limits.DEFAULT, null, false, List.of(rule)));
    bench.rules.say("post", Verdict.ASK);
    sleeper.begin();
    sleeper.answer("", "post:1", "look:2");
    sleeper.untilSent(1);
    bench.memory.loseAlarms();
    var other = sleepsOn();
    other.untilSent(1);
    bench.advance(60_000);
    bench.on(other.sessions::expireApprovals);
    bench.until("it has expired", () -> !bench.events(Event.Expired.class).isEmpty());
  }

  @Test
  void theResultOfItsWriteIsTheCallsResultIfNobodyKnowsBetter() {
    var other = asleep("post:1");
    wakes();
    bench.act(sleeper.toolbox.sent().getFirst()::succeed);
    other.untilAsked(1);
    other.answer("Done.");
    bench.untilStops(1);
    var returned = bench.events(Event.CallReturned.class);
    assertThat(returned).hasSize(1);
    assertThat(returned.getFirst().late()).isFalse();
    assertThat(returned.getFirst().outcome()).isEqualTo(Outcome.SUCCEEDED);
    assertThat(other.toolbox.sent()).isEmpty();
  }

  @Test
  void itIsTheCallsResultEvenWhenPeopleWereAsked() {
    var other = asleep("post:1");
    bench.pass(6_000);
    bench.until("people are asked", () -> !bench.events(Event.Suspended.class).isEmpty());
    other.untilNothingIsDriven();
    wakes();
    sleeper.model.answers(ask -> reply(ask, "Done."));
    other.model.answers(ask -> reply(ask, "Done."));
    bench.act(sleeper.toolbox.sent().getFirst()::succeed);
    assertThat(bench.untilStops(1).getFirst().reason()).isEqualTo(StopReason.COMPLETED);
    assertThat(bench.events(Event.CallReturned.class)).noneMatch(Event.CallReturned::late);
    assertThat(other.toolbox.sent()).isEmpty();
  }

  @Test
  void itIsJournaledAsLateWhenPeopleHaveDecided() {
    var other = asleep("post:1");
    bench.pass(6_000);
    bench.until("people are asked", () -> !bench.events(Event.Suspended.class).isEmpty());
    var call = bench.events(Event.CallStarted.class).getFirst().call();
    other.model.answers(ask -> reply(ask, "Done."));
    bench.on(
        () ->
            other.sessions.settle(
                Bench.SESSION, call, Event.Resolution.FAILED, null, "It did not.", "test"));
    bench.untilStops(1);
    // Another run of the session has begun by then.
    other.model.answers(_ -> null);
    other.start("s1");
    wakes();
    bench.act(sleeper.toolbox.sent().getFirst()::succeed);
    bench.until(
        "it is journaled",
        () -> bench.events(Event.CallReturned.class).stream().anyMatch(Event.CallReturned::late));
  }

  @Test
  void theResultIsJournaledWhenTheStoreIsBack() {
    var other = asleep("post:1");
    sleeper.wire.mend();
    bench.advance(1_000);
    bench.calm();
    assertThat(sleeper.leasesLost).hasValue(1);
    sleeper.wire.cut();
    bench.act(sleeper.toolbox.sent().getFirst()::succeed);
    bench.pass(500);
    sleeper.wire.mend();
    bench.pass(1_000);
    other.untilAsked(1);
    assertThat(bench.events(Event.CallReturned.class))
        .extracting(Event.CallReturned::outcome)
        .containsExactly(Outcome.SUCCEEDED);
  }

  @Test
  void whatItHadOnlyAnnouncedItDoesNotSendAfterwards() {
    sleeper.begin();
    sleeper.wire.holdAnswers("Journal.append");
    sleeper.answer("", "post:1");
    bench.until("it is announced", () -> !bench.events(Event.CallStarted.class).isEmpty());
    sleepsOn();
    bench.act(() -> sleeper.wire.letGo("Journal.append"));
    bench.calm();
    assertThat(sleeper.toolbox.sent()).isEmpty();
    sleeper.wire.mend();
    // In one go: it hears that it was dead, and lives again, while the call waits to be sent.
    bench.advance(5_000);
    bench.pass(2_000);
    assertThat(sleeper.leasesLost).hasValue(1);
    assertThat(sleeper.toolbox.sent()).isEmpty();
  }

  @Test
  void aLeaseThatRanOutUnnoticedIsRenewed() {
    sleeper.begin();
    sleeper.wire.cut();
    bench.pass(20_000);
    sleeper.answer("", "post:1");
    bench.calm();
    sleeper.wire.mend();
    bench.pass(4_000);
    sleeper.untilSent(1);
    bench.act(sleeper.toolbox.sent().getFirst()::succeed);
    sleeper.untilAsked(2);
    sleeper.answer("Done.");
    bench.untilStops(1);
    assertThat(sleeper.leasesLost).hasValue(0);
    assertThat(bench.events(Event.Resumed.class)).isEmpty();
  }

  @Test
  void whenAllWereSilentTheRunsGoOnAndNothingIsDoneTwice() {
    var other = silent();
    other.toolbox.answers(_ -> null);
    sleeper.begin();
    sleeper.answer("", "post:1");
    sleeper.untilSent(1);
    other.start("s2");
    sleeper.wire.cut();
    other.wire.cut();
    bench.pass(30_000);
    bench.act(sleeper.toolbox.sent().getFirst()::succeed);
    sleeper.model.answers(ask -> reply(ask, "Done."));
    other.model.answers(ask -> reply(ask, "Done."));
    sleeper.wire.mend();
    other.wire.mend();
    bench.pass(20_000);
    bench.untilStops(1);
    var second = new SessionId("default", "s2");
    bench.pass(1_000);
    other.answer("Done.");
    bench.until(
        "the second run ends",
        () -> bench.memory.entries(second).getLast().event() instanceof Event.Stopped);
    assertThat(sleeper.toolbox.sent().size() + other.toolbox.sent().size()).isEqualTo(1);
    assertThat(bench.events(Event.CallReturned.class)).hasSize(1);
  }

  @Test
  void whatIsRefusedWhileItIsDeadTakesUpNoRoom() {
    bench.limits(new GatewayLimits(2, 10, 10, 0, 0));
    var small = silent();
    small.start("s1");
    small.wire.cut();
    silent();
    bench.pass(8_000);
    // It hears of its death, but does not get through with its next life.
    small.wire.mend();
    small.wire.hold("Replicas.enter");
    bench.pass(2_000);
    assertThat(small.sessions.alive()).isFalse();
    for (int i = 0; i < 5; i++) {
      assertThat(bench.refused(() -> create(small))).isEqualTo(Rejection.Kind.UNAVAILABLE);
    }
    bench.act(() -> small.wire.letGo("Replicas.enter"));
    bench.pass(2_000);
    assertThat(small.start("s3").queued()).isFalse();
    assertThat(small.start("s4").queued()).isFalse();
  }

  private static Future<SessionId> create(Node node) {
    return node.sessions.create("default", null, "agent", null, Json.EMPTY_OBJECT, "test");
  }

  @Test
  void aRunThatWasBeingMadeIsRefusedAndNotDenied() {
    sleeper.wire.hold("Journal.append");
    var failed = new AtomicReference<Throwable>();
    bench.act(
        () ->
            sleeper
                .sessions
                .start(bench.start("s1", Sessions.OnBusy.REJECT, null))
                .onFailure(failed::set));
    bench.calm();
    silent();
    sleeper.wire.cut();
    bench.pass(8_000);
    sleeper.wire.mend();
    bench.pass(2_000);
    bench.until("it is refused", () -> failed.get() != null);
    assertThat(failed.get()).isInstanceOf(Rejection.class);
    assertThat(((Rejection) failed.get()).kind()).isEqualTo(Rejection.Kind.UNAVAILABLE);
  }

  @Test
  void whoRepeatsARequestWhileItsRunIsBeingMadeIsRefusedAndNotDeniedToo() {
    sleeper.wire.hold("Journal.append");
    var failed = new CopyOnWriteArrayList<Throwable>();
    var start = bench.start(null, Sessions.OnBusy.REJECT, "key");
    bench.act(() -> sleeper.sessions.start(start).onFailure(failed::add));
    bench.calm();
    bench.act(
        () -> {
          sleeper.sessions.ends("this life");
          sleeper.sessions.start(start).onFailure(failed::add);
        });
    bench.until("both are refused", () -> failed.size() == 2);
    assertThat(failed)
        .allSatisfy(
            why ->
                assertThat(why)
                    .isInstanceOfSatisfying(
                        Rejection.class,
                        refused ->
                            assertThat(refused.kind()).isEqualTo(Rejection.Kind.UNAVAILABLE)));
  }

  @Test
  void aWriteWaitsUntilTheStoresReplicasKnowOfItAndAReadDoesNot() {
    bench.replica(new ReplicaSettings(5_000, 1));
    var careful = new Node(bench, _ -> null);
    careful.wire.hold("Journal.replicated");
    careful.start("s9");
    careful.untilAsked(1);
    careful.answer("", "post:1", "look:2");
    careful.untilSent(1);
    bench.pass(1_000);
    assertThat(careful.toolbox.sent())
        .extracting(sent -> sent.invocation.contract().name())
        .containsExactly("look");
    assertThat(careful.wire.count("Journal.replicated")).isZero();
    bench.act(() -> careful.wire.letGo("Journal.replicated"));
    careful.untilSent(2);
    assertThat(careful.toolbox.sent().getLast().invocation.contract().name()).isEqualTo("post");
  }
}
