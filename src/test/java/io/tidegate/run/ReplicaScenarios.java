package io.tidegate.run;

import static io.tidegate.run.ScriptedModel.replies;
import static io.tidegate.run.ScriptedModel.reply;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.conversation.Reply;
import io.tidegate.loop.Event;
import io.tidegate.loop.Limits;
import io.tidegate.loop.Outcome;
import io.tidegate.loop.Pin;
import io.tidegate.loop.Pin.Verdict;
import io.tidegate.loop.StopReason;
import io.tidegate.run.Model.Ask;
import io.tidegate.run.Sessions.OnBusy;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is done at one process for a run that another drives. */
class ReplicaScenarios {
  private static Vertx vertx;
  private Bench bench;
  private Node owner;
  private Node other;

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
    owner = new Node(bench);
    owner.model.answers(_ -> null);
    other = new Node(bench);
    other.model.answers(_ -> null);
  }

  private String run() {
    return bench.events(Event.Asked.class).isEmpty() ? "" : bench.log().getLast().run();
  }

  private void cancels(Node node) {
    bench.on(() -> node.sessions.cancel(Bench.SESSION, run(), "Enough.", "test"));
  }

  private void assertCancelled() {
    assertThat(bench.untilStops(1).getFirst().reason()).isEqualTo(StopReason.CANCELLED);
    owner.untilNothingIsDriven();
  }

  @Test
  void aCancelIsHeardAtOnce() {
    owner.begin();
    cancels(other);
    assertCancelled();
    assertThat(owner.model.last().cancelled).isTrue();
    assertThat(other.sessions.active()).isZero();
  }

  @Test
  void aCancelThatNobodyHeardOfIsFoundAtTheNextAppend() {
    owner.begin();
    bench.replicas.loseMessages();
    cancels(other);
    bench.calm();
    assertThat(bench.events(Event.Stopped.class)).isEmpty();
    owner.answer("", "post:1");
    assertCancelled();
    assertThat(owner.toolbox.sent()).isEmpty();
  }

  @Test
  void aCancelThatNobodyHeardOfIsFoundWhenMessagesComeAgain() {
    owner.begin();
    bench.replicas.loseMessages();
    cancels(other);
    bench.calm();
    bench.act(bench.replicas::reconnect);
    assertCancelled();
  }

  @Test
  void aCancelThatIsHeardOfDuringAnAppendIsNotForgotten() {
    owner.begin();
    owner.wire.holdAnswers("Journal.append");
    owner.answer("", "look:1");
    owner.toolbox.answers(_ -> null);
    bench.until("the append is made", () -> !bench.events(Event.CallStarted.class).isEmpty());
    cancels(other);
    bench.act(() -> owner.wire.letGo("Journal.append"));
    assertCancelled();
  }

  @Test
  void aGapDuringAnAppendIsLookedInto() {
    owner.begin();
    bench.replicas.loseMessages();
    owner.wire.holdAnswers("Journal.append");
    owner.answer("", "look:1");
    owner.toolbox.answers(_ -> null);
    bench.until("the append is made", () -> !bench.events(Event.CallStarted.class).isEmpty());
    cancels(other);
    bench.act(bench.replicas::reconnect);
    bench.act(() -> owner.wire.letGo("Journal.append"));
    assertCancelled();
  }

  @Test
  void aRunWaitsForItsSessionWhereverItIsAskedFor() {
    owner.begin();
    assertThat(bench.refused(() -> other.sessions.start(bench.start("s1", OnBusy.REJECT, null))))
        .isEqualTo(Rejection.Kind.BUSY);
    assertThat(other.start("s1", OnBusy.ENQUEUE, null).queued()).isTrue();
    bench.calm();
    owner.answer("One.");
    owner.untilAsked(2);
    owner.answer("Two.");
    bench.untilStops(2);
    owner.untilNothingIsDriven();
  }

  @Test
  void aRunThatInterruptsTakesThePlaceOfTheOneUnderWay() {
    owner.begin();
    other.start("s1", OnBusy.INTERRUPT, "key");
    assertThat(bench.untilStops(1).getFirst().reason()).isEqualTo(StopReason.INTERRUPTED);
    assertThat(owner.start("s1", OnBusy.INTERRUPT, "key").repeated()).isTrue();
    owner.untilAsked(2);
    owner.answer("Two.");
    assertThat(bench.untilStops(2).getLast().reason()).isEqualTo(StopReason.COMPLETED);
  }

  @Test
  void aRunThatIsAskedForWhereTheSessionHasComeToRestBegins() {
    owner.begin();
    owner.answer("One.");
    bench.untilStops(1);
    owner.untilNothingIsDriven();
    other.model.answers(ask -> reply(ask, "Two."));
    assertThat(other.start("s1").queued()).isFalse();
    bench.untilStops(2);
  }

  @Test
  void anOutcomeThatIsSaidElsewhereCounts() {
    owner.toolbox.answers(
        it -> new Toolbox.Returned(Outcome.UNKNOWN, FakeToolbox.succeeded(it).result(), 1));
    owner.begin();
    owner.answer("", "post:1");
    bench.until("people are asked", () -> !bench.events(Event.Suspended.class).isEmpty());
    var call = bench.events(Event.CallStarted.class).getFirst().call();
    other.model.answers(ask -> reply(ask, "Done."));
    bench.on(
        () ->
            other.sessions.settle(
                Bench.SESSION, call, Event.Resolution.HAPPENED, null, "", "test"));
    assertThat(bench.untilStops(1).getFirst().reason()).isEqualTo(StopReason.COMPLETED);
    assertThat(
            bench.refused(
                () ->
                    owner.sessions.settle(
                        Bench.SESSION, call, Event.Resolution.FAILED, null, "", "test")))
        .isEqualTo(Rejection.Kind.ALREADY_DECIDED);
  }

  @Test
  void approvalsExpireWhereverTheirAlarmIsHeard() {
    var rule = new Pin.Rule("true", Verdict.ASK, 1_000L, List.of(), null);
    bench.agent(Bench.pin(Limits.DEFAULT, null, false, List.of(rule)));
    bench.rules.say("post", Verdict.ASK);
    owner.toolbox.answers(_ -> null);
    owner.begin();
    owner.answer("", "post:1", "look:2");
    owner.untilSent(1);
    bench.advance(1_000);
    bench.on(other.sessions::expireApprovals);
    bench.until("it has expired", () -> !bench.events(Event.Expired.class).isEmpty());
    bench.act(owner.toolbox.sent().getFirst()::succeed);
    owner.untilAsked(2);
    owner.answer("Done.");
    bench.untilStops(1);
    assertThat(owner.toolbox.sent()).hasSize(1);
  }

  @Test
  void aCancellationWhoseMessageWasLostIsFoundByTheOwnerThoughItAppendsNothing() {
    owner.begin();
    var run = bench.log().getLast().run();
    bench.replicas.loseMessages();
    bench.on(() -> other.sessions.cancel(Bench.SESSION, run, "Enough.", "test"));
    bench.calm();
    assertThat(owner.model.last().cancelled).isFalse();
    bench.pass(2 * Lookout.LOOK_MS);
    assertThat(bench.untilStops(1).getFirst().reason()).isEqualTo(StopReason.CANCELLED);
    assertThat(owner.model.last().cancelled).isTrue();
  }

  @Test
  void manySessionsAreLookedAtAtOnceAndThoseThatAppendNotAtAll() {
    int sessions = Lookout.AT_ONCE + 1;
    for (int i = 1; i <= sessions; i++) {
      owner.start("s" + i);
    }
    owner.untilAsked(sessions);
    bench.pass(Lookout.LOOK_MS / 2);
    assertThat(owner.wire.count("Journal.heads")).isZero();
    bench.pass(Lookout.LOOK_MS / 2);
    assertThat(owner.wire.count("Journal.heads")).isEqualTo(2);
  }

  @Test
  void theRecordSaysWhenAnApprovalExpiresWhoeverDecides() {
    var rule = new Pin.Rule("true", Verdict.ASK, 1_000L, List.of(), null);
    bench.agent(Bench.pin(Limits.DEFAULT, null, false, List.of(rule)));
    bench.rules.say("post", Verdict.ASK);
    owner.toolbox.answers(_ -> null);
    owner.begin();
    owner.answer("", "post:1", "look:2");
    owner.untilSent(1);
    var asked = bench.events(Event.ApprovalRequested.class).getFirst();
    bench.until("it is noted", () -> record().alarm() == asked.expiresAt());
    bench.on(
        () ->
            other.sessions.decide(
                Bench.SESSION, asked.call(), new Sessions.Decision(false, null, null, "", "test")));
    assertThat(record().alarm()).isZero();
  }

  private Journal.Record record() {
    return Bench.await(bench.memory.find(Bench.SESSION));
  }

  @Test
  void aDecisionAfterItsTimeIsTooLateThoughNobodyHasNotedThatItExpired() {
    var rule = new Pin.Rule("true", Verdict.ASK, 1_000L, List.of(), null);
    bench.agent(Bench.pin(Limits.DEFAULT, null, false, List.of(rule)));
    bench.rules.say("post", Verdict.ASK);
    owner.begin();
    owner.answer("", "post:1");
    bench.until("it waits", () -> !bench.events(Event.Suspended.class).isEmpty());
    owner.model.answers(ask -> reply(ask, "Done."));
    other.model.answers(ask -> reply(ask, "Done."));
    var call = bench.events(Event.ApprovalRequested.class).getFirst().call();
    bench.advance(1_000);
    assertThat(
            bench.refused(
                () ->
                    other.sessions.decide(
                        Bench.SESSION, call, new Sessions.Decision(true, null, null, "", "test"))))
        .isEqualTo(Rejection.Kind.ALREADY_DECIDED);
    bench.untilStops(1);
    assertThat(bench.events(Event.Decided.class)).isEmpty();
    assertThat(bench.events(Event.Expired.class)).hasSize(1);
    assertThat(owner.heard.waits).isEmpty();
    assertThat(other.heard.waits).containsExactly("APPROVAL 1000");
    assertThat(owner.toolbox.sent()).isEmpty();
    assertThat(other.toolbox.sent()).isEmpty();
  }

  private static Reply fivePosts(Ask ask) {
    return replies(ask) == 0
        ? reply(ask, "", "post:1", "post:2", "post:3", "post:4", "post:5")
        : reply(ask, "Done.");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void fiveApprovalsThatTwoPeopleGiveCountOnceEach(long seed) {
    var random = new Random(seed);
    bench.rules.say("post", Verdict.ASK);
    owner.model.answers(ReplicaScenarios::fivePosts);
    other.model.answers(ReplicaScenarios::fivePosts);
    owner.start("s1");
    bench.until("it waits", () -> !bench.events(Event.Suspended.class).isEmpty());
    if (random.nextBoolean()) {
      bench.replicas.loseMessages();
    }
    var said = new ArrayList<Runnable>();
    var accepted = new AtomicInteger();
    var refused = new AtomicInteger();
    var wrong = Collections.synchronizedList(new ArrayList<Throwable>());
    for (var asked : bench.events(Event.ApprovalRequested.class)) {
      for (var node : List.of(owner, other)) {
        said.add(
            () ->
                node.sessions
                    .decide(
                        Bench.SESSION,
                        asked.call(),
                        new Sessions.Decision(true, null, null, "", "test"))
                    .onSuccess(_ -> accepted.incrementAndGet())
                    .onFailure(
                        why -> {
                          refused.incrementAndGet();
                          if (!(why instanceof Rejection it)
                              || it.kind() != Rejection.Kind.ALREADY_DECIDED) {
                            wrong.add(why);
                          }
                        }));
      }
    }
    Collections.shuffle(said, random);
    for (var one : said) {
      bench.act(one);
      for (int i = random.nextInt(6); i > 0; i--) {
        bench.act(() -> {});
      }
    }
    bench.until(
        "all are answered",
        () -> {
          bench.time.advance(50);
          return accepted.get() + refused.get() == 10;
        });
    assertThat(wrong).isEmpty();
    assertThat(accepted).hasValue(5);
    // A decision may find the run at rest whose driver is not quite gone: somebody looks again.
    bench.until(
        "the run goes on to its end",
        () -> {
          bench.time.advance(50);
          return !bench.events(Event.Stopped.class).isEmpty();
        });
    assertThat(bench.untilStops(1).getFirst().reason()).isEqualTo(StopReason.COMPLETED);
    assertThat(owner.toolbox.sent().size() + other.toolbox.sent().size()).isEqualTo(5);
    assertThat(bench.events(Event.Decided.class)).hasSize(5);
  }
}
