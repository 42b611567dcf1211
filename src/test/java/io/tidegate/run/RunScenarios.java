package io.tidegate.run;

import static io.tidegate.run.ScriptedModel.replies;
import static io.tidegate.run.ScriptedModel.reply;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.conversation.Json;
import io.tidegate.conversation.ModelFailure.Kind;
import io.tidegate.loop.Entry;
import io.tidegate.loop.Event;
import io.tidegate.loop.Limits;
import io.tidegate.loop.Outcome;
import io.tidegate.loop.RunState;
import io.tidegate.loop.StopReason;
import io.tidegate.run.Toolbox.Returned;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs from their start to their end, on a real Vert.x with fakes around it. */
class RunScenarios {
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

  @Test
  void aRunIsJournaledFromItsQuestionToItsEndAndLeavesNothingInMemory() {
    bench.model.answers(ask -> reply(ask, "Forty-two."));
    bench.begin();
    var stop = bench.stopped(1);
    assertThat(stop.reason()).isEqualTo(StopReason.COMPLETED);
    assertThat(stop.output()).isEqualTo(Json.string("Forty-two."));
    assertThat(bench.log().stream().map(entry -> entry.event().getClass().getSimpleName()))
        .containsExactly("Opened", "Asked", "ModelAsked", "Replied", "Stopped");
    bench.untilNothingIsDriven();
    bench.calm();
    assertThat(bench.timersOfRuns()).isZero();
  }

  @Test
  void eventsOfOneMomentAreOneAppend() {
    bench.model.answers(ask -> ask.firstCall() > 1 ? null : reply(ask, "", FOUR));
    bench.begin();
    bench.untilSent(4);
    var batches = bench.journal.batches();
    assertThat(kinds(batches.get(0))).containsExactly("Opened", "Asked", "ModelAsked");
    assertThat(kinds(batches.get(1)))
        .containsOnly("Replied", "Checked", "Ruled", "CallStarted")
        .hasSize(13);
    assertThat(batches).hasSize(2);
  }

  private static final String[] FOUR = {"look:1", "look:2", "put:3", "post:4"};

  private static List<String> kinds(Journal.Batch batch) {
    return batch.entries().stream().map(it -> it.event().getClass().getSimpleName()).toList();
  }

  @Test
  void noToolIsStartedBeforeItsStartIsInTheJournal() {
    bench.model.answers(ask -> reply(ask, "", "post:1"));
    bench.journal.hold();
    bench.act(() -> bench.sessions().start(bench.start("s1", Sessions.OnBusy.REJECT, null)));
    bench.calm();
    assertThat(bench.model.questions()).isEmpty();
    bench.act(
        () -> {
          bench.journal.letGo();
          bench.journal.hold();
        });
    bench.untilAsked(1);
    bench.calm();
    assertThat(bench.toolbox.sent()).isEmpty();
    bench.act(bench.journal::letGo);
    bench.untilSent(1);
  }

  @Test
  void threeThousandTurnsAtOnceDoNotOverflowTheStack() {
    manyTurns();
  }

  @Test
  void threeThousandTurnsDoNotOverflowTheStackThoughTheJournalAnswersAtOnceToo() {
    bench.journal.immediate();
    manyTurns();
  }

  private void manyTurns() {
    bench.agent(Bench.pin(new Limits(4_000, 4_000, 8, null, null, 600_000, 0, 0)));
    bench.toolbox.answers(FakeToolbox::succeeded);
    bench.model.answers(
        ask -> replies(ask) < 3_000 ? reply(ask, "", "look:" + replies(ask)) : reply(ask, "Done."));
    bench.begin();
    var stop = bench.stopped(1);
    assertThat(stop.reason()).isEqualTo(StopReason.COMPLETED);
    assertThat(stop.steps()).isEqualTo(3_001);
  }

  @Test
  void fourHundredCallsRunEightAtATime() {
    bench.agent(Bench.pin(new Limits(9, 400, 8, null, null, 600_000, 0, 0)));
    var calls = IntStream.range(0, 400).mapToObj(i -> "look:" + i).toArray(String[]::new);
    bench.model.answers(ask -> ask.firstCall() > 1 ? reply(ask, "Done.") : reply(ask, "", calls));
    bench.begin();
    for (int i = 0; i < 400; i++) {
      bench.untilSent(i + 1);
      var next = bench.toolbox.sent().get(i);
      bench.act(next::succeed);
    }
    assertThat(bench.stopped(1).toolCalls()).isEqualTo(400);
    assertThat(bench.toolbox.mostUnderWay()).isEqualTo(8);
  }

  @Test
  void aHungToolIsEndedByTheDeadlineAndItsSiblingsKeepTheirResults() {
    bench.agent(Bench.pin(new Limits(9, 9, 8, null, null, 10_000, 0, 0)));
    bench.model.answers(ask -> reply(ask, "", "look:1", "look:2"));
    bench.begin();
    bench.untilSent(2);
    bench.act(() -> bench.toolbox.sent("c1").succeed());
    bench.advance(9_999);
    assertThat(bench.events(Event.Stopped.class)).isEmpty();
    bench.advance(1);
    assertThat(bench.stopped(1).reason()).isEqualTo(StopReason.DEADLINE_EXCEEDED);
    assertThat(bench.toolbox.sent("c2").cancelled).isTrue();
    var returned = bench.events(Event.CallReturned.class);
    assertThat(returned.stream().map(Event.CallReturned::outcome))
        .containsExactly(Outcome.SUCCEEDED, Outcome.CANCELLED);
    bench.untilNothingIsDriven();
  }

  @Test
  void cancelDuringTheSecondWaveAnswersEveryCall() {
    bench.model.answers(ask -> reply(ask, "", "look:1", "find:2", "post:3"));
    var run = bench.begin().run();
    bench.untilSent(2);
    bench.act(() -> bench.toolbox.sent("c1").succeed());
    bench.untilSent(3);
    bench.on(() -> bench.sessions().cancel(Bench.SESSION, run, "Enough.", "test"));
    assertThat(bench.stopped(1).reason()).isEqualTo(StopReason.CANCELLED);
    assertThat(bench.toolbox.sent("c2").cancelled).isTrue();
    assertThat(bench.events(Event.CallReturned.class).stream().map(Event.CallReturned::call))
        .containsExactlyInAnyOrder(run + "-c1", run + "-c2", run + "-c3");
  }

  @Test
  void cancelWhileNobodyCanBeAskedEndsTheSearchAndTheRun() {
    var target = Bench.pin(Limits.DEFAULT).route().targets().getFirst();
    bench.on(() -> bench.breakers.open("model:" + target.name(), 40_000));
    var run = bench.begin().run();
    bench.calm();
    assertThat(bench.model.questions()).isEmpty();
    bench.on(() -> bench.sessions().cancel(Bench.SESSION, run, "Enough.", "test"));
    assertThat(bench.stopped(1).reason()).isEqualTo(StopReason.CANCELLED);
    bench.untilNothingIsDriven();
    bench.pass(60_000);
    assertThat(bench.model.questions()).isEmpty();
    assertThat(bench.events(Event.ModelAsked.class)).isEmpty();
  }

  @Test
  void aWriteThatWasSentIsNotBrokenOffAndItsLateResultIsJournaled() {
    bench.model.answers(ask -> reply(ask, "", "post:1"));
    var run = bench.begin().run();
    bench.untilSent(1);
    bench.on(() -> bench.sessions().cancel(Bench.SESSION, run, "Enough.", "test"));
    bench.stopped(1);
    bench.calm();
    var sent = bench.toolbox.sent("c1");
    assertThat(sent.cancelled).isFalse();
    assertThat(bench.sessions().active()).isEqualTo(1);
    bench.act(sent::succeed);
    bench.untilNothingIsDriven();
    var last = bench.events(Event.CallReturned.class).getLast();
    assertThat(last.late()).isTrue();
    assertThat(last.outcome()).isEqualTo(Outcome.SUCCEEDED);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void aResultThatComesBetweenACancelAndItsEffectsDoesNoHarm(int turns) {
    bench.begin();
    bench.untilAsked(1);
    bench.act(() -> seal("look:1"));
    bench.untilSent(1);
    var run = bench.log().getLast().run();
    bench.act(
        () -> {
          bench.sessions().cancel(Bench.SESSION, run, "Enough.", "test");
          later(turns, bench.toolbox.sent("c1")::succeed);
        });
    assertThat(bench.stopped(1).reason()).isEqualTo(StopReason.CANCELLED);
  }

  /** Does it that many turns of the event loop from now. */
  private void later(int turns, Runnable action) {
    if (turns == 0) {
      action.run();
    } else {
      bench.context.runOnContext(_ -> later(turns - 1, action));
    }
  }

  @Test
  void whileTheJournalDoesNotAnswerTheSameBatchIsRepeatedAndNothingIsDone() {
    bench.model.answers(
        ask -> ask.firstCall() > 1 ? reply(ask, "Done.") : reply(ask, "", "post:1"));
    bench.toolbox.answers(FakeToolbox::succeeded);
    bench.journal.failNext(new IllegalStateException("no answer"), 3);
    bench.act(() -> bench.sessions().start(bench.start("s1", Sessions.OnBusy.REJECT, null)));
    bench.calm();
    for (int tries = 1; tries <= 3; tries++) {
      assertThat(bench.journal.batches()).hasSize(tries);
      assertThat(bench.model.questions()).isEmpty();
      bench.advance(2_000);
      bench.calm();
    }
    assertThat(bench.stopped(1).reason()).isEqualTo(StopReason.COMPLETED);
    var first = bench.journal.batches().subList(0, 4);
    assertThat(Set.copyOf(first)).hasSize(1);
    assertThat(bench.toolbox.sent()).hasSize(1);
  }

  @Test
  void aFencedDriverDropsTheRunCancelsWhatIsInFlightAndStartsNothing() {
    bench.model.answers(ask -> reply(ask, "", "look:1", "look:2"));
    bench.begin();
    bench.untilSent(2);
    var record = Bench.await(bench.memory.find(Bench.SESSION));
    Bench.await(bench.memory.own(record, "another"));
    bench.act(() -> bench.toolbox.sent("c1").succeed());
    bench.untilNothingIsDriven();
    assertThat(bench.toolbox.sent("c2").cancelled).isTrue();
    bench.advance(3_600_000);
    bench.calm();
    assertThat(bench.toolbox.sent()).hasSize(2);
    assertThat(bench.model.questions()).hasSize(1);
    assertThat(bench.timersOfRuns()).isZero();
  }

  @Test
  void aBugInARuleEndsTheRunNotTheProcess() {
    bench.rules.breakWith(new IllegalStateException("a bug"));
    bench.model.answers(ask -> reply(ask, "", "look:1"));
    bench.begin();
    var stop = bench.stopped(1);
    assertThat(stop.reason()).isEqualTo(StopReason.FAILED);
    assertThat(stop.detail()).contains("a bug");
    bench.untilNothingIsDriven();
    bench.rules.breakWith(null);
    bench.model.answers(ask -> reply(ask, "Well."));
    bench.begin();
    assertThat(bench.stopped(2).reason()).isEqualTo(StopReason.COMPLETED);
  }

  @Test
  void aToolboxThatThrowsEndsTheRunNotTheProcess() {
    bench.model.answers(ask -> reply(ask, "", "look:1", "look:2"));
    bench.toolbox.answers(
        _ -> {
          throw new IllegalStateException("a bug");
        });
    bench.begin();
    assertThat(bench.stopped(1).reason()).isEqualTo(StopReason.FAILED);
    bench.untilNothingIsDriven();
  }

  @Test
  void aModelThatThrowsEndsTheRunNotTheProcess() {
    bench.model.answers(
        _ -> {
          throw new IllegalStateException("a bug");
        });
    bench.begin();
    assertThat(bench.stopped(1).reason()).isEqualTo(StopReason.FAILED);
    bench.untilNothingIsDriven();
  }

  @Test
  void aListenerThatThrowsDoesNotHoldTheRunUp() {
    bench.model.answers(ask -> reply(ask, "Done."));
    var broken =
        new RunListener() {
          @Override
          public void recorded(SessionId session, List<Entry> entries, RunState state) {
            throw new IllegalStateException("a bug");
          }
        };
    bench.act(() -> bench.sessions().follow(Bench.SESSION, broken));
    bench.begin();
    assertThat(bench.stopped(1).reason()).isEqualTo(StopReason.COMPLETED);
    bench.untilNothingIsDriven();
  }

  @Test
  void textIsToldAsItComesAndWhatBreaksIsAskedForAgain() {
    bench.begin();
    bench.untilAsked(1);
    bench.act(() -> bench.model.last().sink.text("Fo"));
    bench.act(() -> bench.model.last().sink.text("rty"));
    assertThat(bench.heard.words).containsExactly("Fo", "rty");
    bench.act(() -> bench.model.last().fail(Kind.OVERLOADED));
    bench.untilAsked(2);
    bench.act(() -> bench.model.last().answer(reply(bench.model.last().ask, "Forty-two.")));
    assertThat(bench.stopped(1).reason()).isEqualTo(StopReason.COMPLETED);
    assertThat(bench.events(Event.ModelFailed.class)).hasSize(1);
  }

  @Test
  void ofTheSealedCallsOnlyReadsThatComeAfterNothingStartBeforeTheReplyIsComplete() {
    bench.begin();
    bench.untilAsked(1);
    bench.act(() -> seal("look:1", "find:2", "put:3", "post:4", "book:5"));
    bench.untilSent(1);
    bench.calm();
    assertThat(bench.toolbox.sent().stream().map(it -> it.invocation.contract().name()))
        .containsExactly("look");
    assertThat(bench.events(Event.Sealed.class)).hasSize(1);
    assertThat(bench.events(Event.CallStarted.class)).allMatch(Event.CallStarted::eager);
  }

  private void seal(String... calls) {
    var asked = bench.model.last();
    for (int i = 0; i < calls.length; i++) {
      asked.sink.sealed(ScriptedModel.call(asked.ask, i, calls[i]));
    }
  }

  @Test
  void aVerifiedRunTellsNoTextBeforeItIsAccepted() {
    bench.agent(Bench.pin(Limits.DEFAULT, Json.EMPTY_OBJECT, true, List.of()));
    bench.begin();
    bench.untilAsked(1);
    bench.act(() -> bench.model.last().sink.text("{}"));
    assertThat(bench.heard.words).isEmpty();
    assertThat(bench.on(() -> bench.sessions().partial(Bench.SESSION))).isNull();
    bench.journal.hold();
    bench.act(() -> bench.model.last().answer(reply(bench.model.last().ask, "{}")));
    bench.calm();
    assertThat(bench.heard.words).isEmpty();
    bench.act(bench.journal::letGo);
    bench.stopped(1);
    assertThat(bench.heard.words).containsExactly("{}");
  }

  @Test
  void aVerifiedRunTellsItsTextThoughTheNextRunBeginsInTheSameMoment() {
    bench.agent(Bench.pin(Limits.DEFAULT, Json.EMPTY_OBJECT, true, List.of()));
    bench.begin();
    bench.untilAsked(1);
    bench.agent(Bench.pin(Limits.DEFAULT));
    bench.on(() -> bench.sessions().start(bench.start("s1", Sessions.OnBusy.ENQUEUE, null)));
    bench.act(() -> bench.model.last().answer(reply(bench.model.last().ask, "{}")));
    bench.untilAsked(2);
    assertThat(bench.heard.words).containsExactly("{}");
  }

  @Test
  void aVerifiedRunNeverTellsTextThatWasRefused() {
    bench.agent(Bench.pin(Limits.DEFAULT, Json.EMPTY_OBJECT, true, List.of()));
    bench.outputHas("$: is wrong").model.answers(ask -> reply(ask, "{}"));
    bench.begin();
    assertThat(bench.stopped(1).reason()).isEqualTo(StopReason.OUTPUT_INVALID);
    assertThat(bench.heard.words).isEmpty();
  }

  @Test
  void noToolHasMoreCallsUnderWayThanItCanTakeNorTheProcess() {
    bench.limits(new GatewayLimits(1_000, 1_000, 5, 0, 0));
    bench.toolbox.concurrency("look", 3);
    bench.model.answers(
        ask ->
            ask.firstCall() > 1
                ? reply(ask, "Done.")
                : reply(ask, "", "look:1", "look:2", "put:3", "put:4"));
    for (int i = 0; i < 10; i++) {
      bench.act(() -> bench.sessions().start(bench.start(null, Sessions.OnBusy.REJECT, null)));
    }
    for (int i = 0; i < 40; i++) {
      bench.untilSent(i + 1);
      bench.calm();
      assertThat(underWay("look")).isLessThanOrEqualTo(3);
      var next = bench.toolbox.sent().get(i);
      bench.act(next::succeed);
    }
    bench.untilNothingIsDriven();
    assertThat(bench.toolbox.mostUnderWay()).isEqualTo(5);
  }

  @Test
  void aCallThatIsCancelledWhileItWaitsForASlotLeavesTheLine() {
    bench.toolbox.concurrency("look", 1);
    bench.model.answers(ask -> reply(ask, "", "look:1"));
    bench.begin();
    bench.untilSent(1);
    var waits = bench.on(() -> bench.sessions().start(start("s2")));
    bench.on(() -> bench.sessions().start(start("s3")));
    bench.calm();
    bench.on(() -> bench.sessions().cancel(waits.session(), waits.run(), "Enough.", "test"));
    bench.act(() -> bench.toolbox.sent().getFirst().succeed());
    bench.untilSent(2);
    assertThat(bench.toolbox.sent().getLast().invocation.session().id()).isEqualTo("s3");
  }

  private Sessions.Start start(String session) {
    return bench.start(session, Sessions.OnBusy.REJECT, null);
  }

  private long underWay(String tool) {
    return bench.toolbox.sent().stream()
        .filter(it -> it.invocation.contract().name().equals(tool) && !it.result().isComplete())
        .count();
  }

  @Test
  void idempotencyKeysAreTheSameForAllAttemptsOfACallAndForNoOther() {
    bench.model.answers(
        ask -> ask.firstCall() > 1 ? reply(ask, "Done.") : reply(ask, "", "beep:1", "beep:1"));
    bench.begin();
    bench.untilSent(2);
    bench.act(() -> bench.toolbox.sent("c1").answer(new Returned(Outcome.UNKNOWN, Json.NULL, 1)));
    bench.untilSent(3);
    var keys =
        bench.toolbox.sent().stream()
            .collect(
                Collectors.groupingBy(
                    it -> it.invocation.call(),
                    Collectors.mapping(it -> it.invocation.idempotencyKey(), Collectors.toSet())));
    assertThat(keys).hasSize(2);
    assertThat(keys.values()).allMatch(it -> it.size() == 1);
    assertThat(keys.values().stream().distinct()).hasSize(2);
  }
}
