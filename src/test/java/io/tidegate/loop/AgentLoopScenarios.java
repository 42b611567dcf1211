package io.tidegate.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.conversation.Finish;
import io.tidegate.conversation.Json;
import io.tidegate.conversation.ModelFailure.Kind;
import io.tidegate.conversation.Transcript;
import io.tidegate.conversation.Usd;
import io.tidegate.loop.RunState.Phase;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How runs go and end. */
class AgentLoopScenarios {
  private static final Limits.Change SAME = Limits.Change.NONE;

  @Test
  void anAnswerWithoutCallsCompletesTheRun() {
    var stop = Play.begun().says("Forty-two.").stop();
    assertThat(stop.reason()).isEqualTo(StopReason.COMPLETED);
    assertThat(stop.terminal()).isTrue();
    assertThat(stop.output()).isEqualTo(Json.string("Forty-two."));
    assertThat(stop.steps()).isEqualTo(1);
    assertThat(stop.usage().total()).isEqualTo(100);
    assertThat(stop.cost()).isEqualTo(Usd.parse("0.01"));
  }

  @Test
  void fourCallsRunAtOnceAndTheModelIsAskedWhenAllAreBack() {
    var play = Play.begun().says("", "look:1", "look:2", "put:3", "post:4");
    assertThat(play.running()).containsExactly("c1", "c2", "c3", "c4");
    play.succeeds("c3", "c1", "c4");
    assertThat(play.isAsked()).isFalse();
    play.succeeds("c2");
    assertThat(play.isAsked()).isTrue();
    assertThat(play.told().keySet()).containsExactlyInAnyOrder("c1", "c2", "c3", "c4");
    assertThat(play.says("Done.").stop().toolCalls()).isEqualTo(4);
  }

  @Test
  void noMoreCallsRunAtOnceThanTheLimitSays() {
    var play = Play.of(limits(20, 20, 2)).says("", "look:1", "look:2", "look:3", "look:4");
    assertThat(play.running()).containsExactly("c1", "c2");
    play.succeeds("c2");
    assertThat(play.running()).containsExactly("c1", "c3");
  }

  @Test
  void aCallComesAfterTheToolsThatItsOwnNames() {
    var play = Play.begun().says("", "send:1", "look:2", "put:3", "post:4");
    assertThat(play.running()).containsExactlyInAnyOrder("c2", "c3", "c4");
    play.succeeds("c2");
    assertThat(play.running()).doesNotContain("c1");
    play.succeeds("c3");
    assertThat(play.running()).containsExactlyInAnyOrder("c1", "c4");
  }

  @Test
  void aCallIsNotCarriedOutWhenWhatComesFirstFailed() {
    var play = Play.begun().says("", "find:1", "look:2").returns("c2", Outcome.FAILED, "\"no\"");
    assertThat(play.running()).isEmpty();
    assertThat(play.told().get("c1").error()).isTrue();
    assertThat(play.told().get("c1").content().text()).contains("look, which comes first");
  }

  @Test
  void aCallIsNotCarriedOutWhenWhatComesFirstIsOverTheLimit() {
    var play = Play.of(limits(9, 1, 4)).says("", "find:1", "look:2");
    assertThat(play.running()).isEmpty();
    assertThat(play.told().get("c1").content().text()).contains("look, which comes first");
  }

  @Test
  void callsThatHoldTheSameKeyRunOneAfterTheOther() {
    var play = Play.begun().says("", "book:1", "book:1", "book:2");
    assertThat(play.running()).containsExactly("c1", "c3");
    play.returns("c1", Outcome.FAILED, "\"no\"");
    assertThat(play.running()).containsExactlyInAnyOrder("c3", "c2");
  }

  @Test
  void aCallThatIsWrongIsAnsweredWithTheProblem() {
    var play = Play.begun().says("", "ghost:1", "look:1");
    assertThat(play.running()).containsExactly("c2");
    play.succeeds("c2");
    assertThat(play.told().get("c1").content().text()).contains("There is no such tool.");
  }

  @Test
  void aRunTakesNoMoreStepsThanItsLimitSays() {
    var play = Play.of(limits(2, 9, 4)).says("", "look:1").succeeds("c1");
    play.says("", "look:2").succeeds("c2");
    assertThat(play.stop().reason()).isEqualTo(StopReason.MAX_STEPS);
    assertThat(play.stop().terminal()).isTrue();
    assertThat(play.stop().steps()).isEqualTo(2);
  }

  @Test
  void callsOverTheLimitAreNotMadeAndTheModelIsTold() {
    var play = Play.of(limits(9, 1, 4)).says("", "look:1", "post:2").succeeds("c1");
    assertThat(play.told().get("c2").content().text()).contains("limit of tool calls");
    assertThat(play.isAsked()).isTrue();
    play.says("", "look:3");
    assertThat(play.stop().reason()).isEqualTo(StopReason.MAX_STEPS);
    assertThat(play.stop().toolCalls()).isEqualTo(1);
  }

  @Test
  void theDeadlineCountsActiveTimeOnly() {
    var play = Play.of(new Limits(9, 9, 4, null, null, 10_000, 0, 0)).rule("post", Pin.Verdict.ASK);
    play.passes(1_000).says("", "post:1");
    assertThat(play.state().phase()).isEqualTo(Phase.SUSPENDED);
    play.passes(3_600_000).approves("c1");
    assertThat(play.left()).isEqualTo(9_000);
    play.passes(2_000).succeeds("c1");
    assertThat(play.left()).isEqualTo(7_000);
    play.passes(500_000).crashes();
    assertThat(play.left()).isEqualTo(7_000);
    assertThat(play.passes(1_000).says("Done.").stop().durationMs()).isEqualTo(4_000);
  }

  @Test
  void aPassedDeadlineAnswersEveryCallAndKeepsTheResultsOfSiblings() {
    var play = Play.begun().says("", "look:1", "post:2").succeeds("c1").deadlinePasses();
    assertThat(play.stop().reason()).isEqualTo(StopReason.DEADLINE_EXCEEDED);
    assertThat(play.stop().terminal()).isTrue();
    assertThat(play.told().get("c1").error()).isFalse();
    assertThat(play.told().get("c2").content().text()).contains("may have taken effect");
    assertThat(Transcript.flaw(play.state().transcript())).isEmpty();
  }

  @Test
  void aRunThatIsSuspendedForItsDeadlineCanBeCancelled() {
    var play = Play.of(suspending(Limits.DEFAULT)).deadlinePasses();
    assertThat(play.stop().terminal()).isFalse();
    play.cancels();
    assertThat(play.stop().reason()).isEqualTo(StopReason.CANCELLED);
    assertThat(play.state().phase()).isEqualTo(Phase.IDLE);
  }

  @Test
  void aRunThatIsSuspendedForItsDeadlineGoesOnWithALongerOne() {
    var limits = new Limits(9, 9, 4, null, null, 10_000, 0, 0);
    var play = Play.of(suspending(limits)).passes(10_000).deadlinePasses();
    play.reopens(new Limits.Change(null, null, null, null, null, 20_000L, null, null));
    assertThat(play.left()).isEqualTo(10_000);
    assertThat(play.says("Done.").stop().reason()).isEqualTo(StopReason.COMPLETED);
  }

  @Test
  void cancelDuringSecondWaveAnswersEveryCall() {
    var play = Play.begun().says("", "look:1", "find:2", "post:3").succeeds("c1").cancels();
    assertThat(play.stop().reason()).isEqualTo(StopReason.CANCELLED);
    assertThat(play.told().keySet()).containsExactlyInAnyOrder("c1", "c2", "c3");
    assertThat(play.told().get("c1").error()).isFalse();
    assertThat(play.running()).isEmpty();
  }

  @Test
  void cancelWhileTheModelSpeaksLeavesNoHalfReplyBehind() {
    var play = Play.begun().seals("look:1").cancels();
    assertThat(play.stop().reason()).isEqualTo(StopReason.CANCELLED);
    assertThat(play.state().transcript()).hasSize(1);
    assertThat(play.running()).isEmpty();
  }

  @Test
  void aReplyThatIsCutOffEndsTheRunWithWhatWasSaid() {
    var stop = Play.begun().replies(Finish.LENGTH, "Once upon").stop();
    assertThat(stop.reason()).isEqualTo(StopReason.MAX_TOKENS);
    assertThat(stop.output()).isEqualTo(Json.string("Once upon"));
  }

  @Test
  void aReplyWithCallsThatIsCutOffEndsTheRunWithWhatWasSaid() {
    var play = Play.begun().replies(Finish.LENGTH, "Once upon", "post:1");
    assertThat(play.running()).isEmpty();
    assertThat(play.stop().reason()).isEqualTo(StopReason.MAX_TOKENS);
    assertThat(play.stop().output()).isEqualTo(Json.string("Once upon"));
    assertThat(play.told()).containsKey("c1");
  }

  @Test
  void aRefusalEndsTheRun() {
    var stop = Play.begun().replies(Finish.REFUSED, "I can't.").stop();
    assertThat(stop.reason()).isEqualTo(StopReason.REFUSED);
    assertThat(stop.terminal()).isTrue();
  }

  @Test
  void aFullContextEndsTheRun() {
    assertThat(Play.begun().replies(Finish.CONTEXT_FULL, "").stop().reason())
        .isEqualTo(StopReason.MAX_TOKENS);
    assertThat(Play.begun().breaks(Kind.CONTEXT_FULL, null).stop().reason())
        .isEqualTo(StopReason.MAX_TOKENS);
  }

  @Test
  void aPausedModelIsSentItsWordsBack() {
    var play = Play.begun().replies(Finish.PAUSED, "Hm.");
    assertThat(play.isAsked()).isTrue();
    assertThat(play.state().transcript()).hasSize(2);
    assertThat(play.says("Done.").stop().steps()).isEqualTo(2);
  }

  @Test
  void anAnswerAgainstTheSchemaIsAskedForAgainOnce() {
    var play = withSchema(2).outputHas(List.of("$: is wrong")).says("{}");
    assertThat(play.userSaid().getLast()).contains("$: is wrong");
    var stop = play.says("{\"right\":1}").stop();
    assertThat(stop.reason()).isEqualTo(StopReason.COMPLETED);
    assertThat(stop.output()).isEqualTo(new Json("{\"right\":1}"));
  }

  @Test
  void anAnswerAgainstTheSchemaToTheLastIsInvalid() {
    var play = withSchema(2).outputHas(List.of("wrong")).outputHas(List.of("worse"));
    var stop = play.says("{}").says("{}").stop();
    assertThat(stop.reason()).isEqualTo(StopReason.OUTPUT_INVALID);
    assertThat(stop.detail()).contains("worse");
  }

  @Test
  void aModelThatDoesNotAnswerEndsTheRun() {
    var stop = Play.begun().breaksAndIsAskedAgain().breaks().stop();
    assertThat(stop.reason()).isEqualTo(StopReason.MODEL_UNAVAILABLE);
    assertThat(stop.terminal()).isTrue();
  }

  @Test
  void withOnFailureSuspendAModelThatDoesNotAnswerIsWaitedFor() {
    var play = Play.of(suspending(Limits.DEFAULT)).breaks();
    assertThat(play.stop().reason()).isEqualTo(StopReason.MODEL_UNAVAILABLE);
    assertThat(play.stop().terminal()).isFalse();
    assertThat(play.reopens(SAME).says("Done.").stop().reason()).isEqualTo(StopReason.COMPLETED);
  }

  @Test
  void withOnFailureSuspendMoreStepsLetTheRunGoOn() {
    var play = Play.of(suspending(limits(1, 9, 4))).says("", "look:1").succeeds("c1");
    assertThat(play.stop().reason()).isEqualTo(StopReason.MAX_STEPS);
    play.reopens(new Limits.Change(2, null, null, null, null, null, null, null));
    assertThat(play.says("Done.").stop().reason()).isEqualTo(StopReason.COMPLETED);
  }

  @Test
  void withOnFailureSuspendAnInvalidAnswerIsAskedForAgainWhenResumed() {
    var pin = Pins.of(Limits.DEFAULT, Tools.ALL, Json.EMPTY_OBJECT, 1, true);
    var play = Play.of(pin).outputHas(List.of("wrong")).says("{}");
    assertThat(play.stop().reason()).isEqualTo(StopReason.OUTPUT_INVALID);
    assertThat(play.reopens(SAME).says("{}").stop().reason()).isEqualTo(StopReason.COMPLETED);
  }

  @Test
  void anInterruptingRunGoesAheadOfThoseThatWait() {
    var play = Play.begun().queues("r2", false).queues("r3", true).cancels();
    assertThat(play.state().run()).isEqualTo("r3");
    play.says("Three.");
    assertThat(play.state().run()).isEqualTo("r2");
    assertThat(play.says("Two.").state().phase()).isEqualTo(Phase.IDLE);
    assertThat(play.userSaid()).containsExactly("Go.", "r3", "r2");
  }

  @Test
  void aRunThatABugEndedLeavesATranscriptThatTheNextRunCanUse() {
    var play = Play.begun().says("", "look:1", "post:2");
    var stop = play.state().stopFor(StopReason.FAILED, "A bug.", true, null, "");
    play.inFlight.clear();
    play.record(new Event.Stopped(stop));
    play.queues("r2", false);
    assertThat(play.isAsked()).isTrue();
    assertThat(Transcript.flaw(play.state().transcript())).isEmpty();
  }

  @Test
  void aForkLeavesPendingApprovalsBehind() {
    var play = Play.begun().rule("post", Pin.Verdict.ASK).says("", "post:1", "look:2");
    play.succeeds("c2").queues("r2", false);
    var head = play.state().head();
    play.record("", new Event.Forked("s1", head, "test"));
    assertThat(play.state().phase()).isEqualTo(Phase.IDLE);
    assertThat(play.state().queue()).isEmpty();
    assertThat(play.state().calls()).isEmpty();
    assertThat(play.told().get("c1").content().text()).contains("Not carried over");
    assertThat(play.told().get("c2").error()).isFalse();
  }

  private static Limits limits(int steps, int toolCalls, int parallel) {
    return new Limits(steps, toolCalls, parallel, null, null, 60_000, 0, 0);
  }

  private static Pin suspending(Limits limits) {
    return Pins.of(limits, Tools.ALL, null, 1, true);
  }

  private static Play withSchema(int attempts) {
    return Play.of(Pins.of(Limits.DEFAULT, Tools.ALL, Json.EMPTY_OBJECT, attempts, false));
  }
}
