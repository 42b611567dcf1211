package io.tidegate.run;

import static io.tidegate.run.ScriptedModel.reply;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.loop.Event;
import io.tidegate.loop.Limits;
import io.tidegate.loop.Pin.Verdict;
import io.tidegate.loop.StopReason;
import io.tidegate.run.Sessions.OnBusy;
import io.vertx.core.Vertx;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A fail-over of the store loses the last entries of a log. */
class RewindScenarios {
  private static Vertx vertx;
  private Bench bench;
  private Node owner;

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
    owner.toolbox.answers(_ -> null);
  }

  private void withACallUnderWay(String call) {
    owner.begin();
    owner.answer("", call);
    owner.untilSent(1);
    bench.calm();
  }

  @Test
  void theOwnerPutsBackWhatWasLostAndSendsNothingTwice() {
    withACallUnderWay("post:1");
    bench.memory.forget(Bench.SESSION, 3);
    bench.act(owner.toolbox.sent().getFirst()::succeed);
    owner.untilAsked(2);
    owner.answer("Done.");
    assertThat(bench.untilStops(1).getFirst().reason()).isEqualTo(StopReason.COMPLETED);
    assertThat(owner.toolbox.sent()).hasSize(1);
    assertThat(bench.events(Event.Rewound.class)).hasSize(1);
    assertThat(bench.events(Event.CallStarted.class)).hasSize(1);
    assertThat(bench.events(Event.Checked.class)).hasSize(1);
    assertThat(bench.events(Event.Replied.class)).hasSize(2);
    assertThat(bench.on(() -> bench.journal.find(Bench.SESSION)).generation()).isEqualTo(2);
    owner.untilNothingIsDriven();
  }

  @Test
  void factsFromOthersArePutBackToo() {
    withACallUnderWay("look:1");
    var other = new Node(bench);
    other.start("s1", OnBusy.ENQUEUE, null);
    bench.calm();
    bench.memory.forget(Bench.SESSION, 1);
    assertThat(bench.events(Event.Queued.class)).isEmpty();
    bench.act(owner.toolbox.sent().getFirst()::succeed);
    owner.untilAsked(2);
    owner.answer("One.");
    owner.untilAsked(3);
    owner.answer("Two.");
    bench.untilStops(2);
  }

  @Test
  void aFactThatComesWhileEntriesArePutBackLosesNoneOfThem() {
    withACallUnderWay("post:1");
    var other = new Node(bench);
    bench.memory.forget(Bench.SESSION, 3);
    owner.wire.hold("Journal.find");
    bench.act(owner.toolbox.sent().getFirst()::succeed);
    bench.calm();
    owner.wire.hold("Journal.append");
    bench.act(() -> owner.wire.letGo("Journal.find"));
    bench.calm();
    other.start("s1", OnBusy.ENQUEUE, null);
    bench.act(() -> owner.wire.letGo("Journal.append"));
    owner.untilAsked(2);
    owner.answer("One.");
    owner.untilAsked(3);
    owner.answer("Two.");
    bench.untilStops(2);
    assertThat(owner.toolbox.sent()).hasSize(1);
    assertThat(bench.events(Event.Rewound.class)).hasSize(1);
    assertThat(bench.events(Event.CallReturned.class)).hasSize(1);
  }

  @Test
  void anOwnerThatKnowsTooLittleAsksPeopleAndTheyMayResume() {
    owner.begin();
    var other = new Node(bench, _ -> null);
    other.toolbox.answers(_ -> null);
    bench.act(() -> owner.sessions.leave(Duration.ofMinutes(1)));
    owner.answer("", "look:1");
    other.untilSent(1);
    bench.calm();
    int lost = bench.log().size() - 3;
    bench.memory.forget(Bench.SESSION, lost);
    bench.act(other.toolbox.sent().getFirst()::succeed);
    bench.until("people are asked", () -> !bench.events(Event.Suspended.class).isEmpty());
    assertThat(bench.events(Event.Suspended.class).getLast().stop().reason())
        .isEqualTo(StopReason.OUTCOME_UNKNOWN);
    other.untilNothingIsDriven();
    other.toolbox.answers(FakeToolbox::succeeded);
    other.model.answers(ask -> reply(ask, "Done."));
    var run = bench.log().getLast().run();
    bench.on(() -> other.sessions.resume(Bench.SESSION, run, Limits.Change.NONE, null, "", "test"));
    assertThat(bench.untilStops(1).getFirst().reason()).isEqualTo(StopReason.COMPLETED);
  }

  @Test
  void anApprovalWhoseConsequencesWereLostDoesNotSilentlyCountAgain() {
    bench.rules.say("post", Verdict.ASK);
    owner.begin();
    owner.answer("", "post:1");
    bench.until("it waits", () -> !bench.events(Event.Suspended.class).isEmpty());
    owner.untilNothingIsDriven();
    long before = bench.log().size();
    var other = new Node(bench, _ -> null);
    other.toolbox.answers(_ -> null);
    var call = bench.events(Event.ApprovalRequested.class).getFirst().call();
    // It drives the run from the decision on, and knows no entry before it.
    bench.on(
        () ->
            other.sessions.decide(
                Bench.SESSION, call, new Sessions.Decision(true, null, null, "", "test")));
    other.untilSent(1);
    bench.calm();
    bench.memory.forget(Bench.SESSION, (int) (bench.log().size() - before + 1));
    bench.act(other.toolbox.sent().getFirst()::succeed);
    bench.until("people are asked", () -> !bench.events(Event.Rewound.class).isEmpty());
    bench.calm();
    assertThat(bench.events(Event.Suspended.class).getLast().stop().reason())
        .isEqualTo(StopReason.OUTCOME_UNKNOWN);
    assertThat(other.toolbox.sent()).hasSize(1);
  }
}
