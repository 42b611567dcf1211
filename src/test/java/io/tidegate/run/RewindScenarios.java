package io.tidegate.run;

import static io.tidegate.run.ScriptedModel.reply;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.conversation.Json;
import io.tidegate.loop.Entry;
import io.tidegate.loop.Event;
import io.tidegate.loop.Limits;
import io.tidegate.loop.Pin.Verdict;
import io.tidegate.loop.RunState;
import io.tidegate.loop.StopReason;
import io.tidegate.run.Journal.Facts;
import io.tidegate.run.Journal.Status;
import io.tidegate.run.Sessions.OnBusy;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

  /** Others append so many facts to the log as it is, before anybody else does. */
  private void factsComeIn(int count) {
    for (int i = 1; i <= count; i++) {
      add(new Event.StateSet(new Json("{\"n\":" + i + "}"), "test"));
    }
  }

  private void add(Event event) {
    var log = bench.log();
    var state = RunState.EMPTY;
    for (var entry : log) {
      state = state.after(entry);
    }
    int tag = 1_000 + log.size();
    var entry = new Entry(state.head() + 1, bench.time.now(), state.run(), event, tag);
    var after = state.after(entry);
    Bench.await(
        bench.memory.add(
            Bench.SESSION,
            new Facts(
                "facts-" + tag,
                state.head(),
                state.tag(),
                List.of(entry),
                Status.of(after),
                Map.of())));
  }

  @ParameterizedTest
  @CsvSource({"1,1", "1,2", "2,1", "2,2", "3,3", "3,1", "4,6", "5,5"})
  void whatWasLostIsPutBackOnTopOfFactsFromOutsideBeTheyFewerAsManyOrMore(int lost, int facts) {
    withACallUnderWay("post:1");
    bench.memory.forget(Bench.SESSION, lost);
    factsComeIn(facts);
    bench.act(owner.toolbox.sent().getFirst()::succeed);
    owner.untilAsked(2);
    owner.answer("Done.");
    assertThat(bench.untilStops(1).getFirst().reason()).isEqualTo(StopReason.COMPLETED);
    assertThat(owner.toolbox.sent()).hasSize(1);
    assertThat(bench.events(Event.StateSet.class)).hasSize(facts);
    assertThat(bench.events(Event.Rewound.class)).hasSize(1);
    assertThat(bench.events(Event.CallStarted.class)).hasSize(1);
    assertThat(bench.events(Event.CallReturned.class)).hasSize(1);
    assertThat(bench.events(Event.Replied.class)).hasSize(2);
    var record = bench.on(() -> bench.journal.find(Bench.SESSION));
    assertThat(record.kept(1, 1_000))
        .isEqualTo(bench.events(Event.Rewound.class).getFirst().from() - 1);
    owner.untilNothingIsDriven();
  }

  @Test
  void aFactThatDoesNotGoWithAWriteThatWasBegunIsLeftToAPerson() {
    withACallUnderWay("post:1");
    bench.memory.forget(Bench.SESSION, (bench.log().size() - 3));
    assertThat(bench.log().getLast().event()).isInstanceOf(Event.ModelAsked.class);
    add(new Event.Cancelled(StopReason.CANCELLED, "Enough.", "test"));
    bench.act(owner.toolbox.sent().getFirst()::succeed);
    bench.until("people are asked", () -> !bench.events(Event.Suspended.class).isEmpty());
    var stop = bench.events(Event.Suspended.class).getLast().stop();
    assertThat(stop.reason()).isEqualTo(StopReason.OUTCOME_UNKNOWN);
    assertThat(stop.detail()).contains(owner.toolbox.sent().getFirst().invocation.call());
    owner.untilNothingIsDriven();
    assertThat(bench.events(Event.CallReturned.class)).allMatch(Event.CallReturned::late);
    var run = bench.log().getLast().run();
    bench.on(() -> owner.sessions.cancel(Bench.SESSION, run, "Enough.", "test"));
    bench.untilStops(1);
    assertThat(owner.toolbox.sent()).hasSize(1);
  }

  @Test
  void anOwnerThatIsToldOfAFactAtAPlaceThatItKnowsOtherwiseLooksAtOnce() {
    withACallUnderWay("post:1");
    bench.memory.forget(Bench.SESSION, 2);
    var other = new Node(bench);
    other.start("s1", OnBusy.ENQUEUE, null);
    bench.until("it looked", () -> !bench.events(Event.Rewound.class).isEmpty());
    assertThat(owner.toolbox.sent()).hasSize(1);
    assertThat(bench.events(Event.CallStarted.class)).hasSize(1);
    assertThat(bench.events(Event.Queued.class)).hasSize(1);
  }

  @Test
  void aVisitorWhoFoldedALogThatWasLostLooksAgain() {
    withACallUnderWay("post:1");
    var other = new Node(bench);
    other.wire.before(
        "Journal.add",
        () -> {
          bench.memory.forget(Bench.SESSION, 1);
          factsComeIn(1);
        });
    other.start("s1", OnBusy.ENQUEUE, null);
    assertThat(other.wire.count("Journal.add")).isEqualTo(2);
    bench.act(owner.toolbox.sent().getFirst()::succeed);
    owner.untilAsked(2);
    owner.answer("One.");
    owner.untilAsked(3);
    owner.answer("Two.");
    bench.untilStops(2);
    assertThat(owner.toolbox.sent()).hasSize(1);
  }

  @Test
  void aSessionThatWentBackToRestAndWasWokenIsItsOwnersAgain() {
    bench.rules.say("post", Verdict.ASK);
    owner.begin();
    owner.answer("", "post:1");
    bench.until("it waits", () -> !bench.events(Event.Suspended.class).isEmpty());
    owner.untilNothingIsDriven();
    var call = bench.events(Event.ApprovalRequested.class).getFirst().call();
    int rested = bench.memory.changes(Bench.SESSION);
    bench.on(
        () ->
            owner.sessions.decide(
                Bench.SESSION, call, new Sessions.Decision(true, null, null, "", "test")));
    owner.untilSent(1);
    bench.calm();
    bench.memory.failOver(Bench.SESSION, bench.memory.changes(Bench.SESSION) - rested);
    add(new Event.Decided(call, true, false, "", "test"));
    bench.act(owner.toolbox.sent().getFirst()::succeed);
    owner.untilAsked(2);
    owner.answer("Done.");
    assertThat(bench.untilStops(1).getFirst().reason()).isEqualTo(StopReason.COMPLETED);
    assertThat(owner.toolbox.sent()).hasSize(1);
    assertThat(bench.events(Event.Decided.class)).hasSize(1);
    assertThat(bench.events(Event.CallStarted.class)).hasSize(1);
  }

  @Test
  void whoeverTakesOverFromADeadOwnerGoesOnFromTheLogAsItIs() {
    withACallUnderWay("look:1");
    var other = new Node(bench, ask -> reply(ask, "Done."));
    bench.memory.forget(Bench.SESSION, 2);
    factsComeIn(2);
    owner.wire.cut();
    bench.pass(30_000);
    assertThat(bench.untilStops(1).getFirst().reason()).isEqualTo(StopReason.COMPLETED);
    assertThat(bench.events(Event.Rewound.class)).isEmpty();
    assertThat(bench.events(Event.StateSet.class)).hasSize(2);
    other.untilNothingIsDriven();
  }
}
