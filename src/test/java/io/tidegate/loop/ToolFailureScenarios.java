package io.tidegate.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.loop.Pin.Verdict;
import io.tidegate.loop.RunState.Phase;
import org.junit.jupiter.api.Test;

/** Runs whose tools keep failing. */
class ToolFailureScenarios {
  private static final String ERROR = "{\"error\":\"It is closed.\"}";

  private static Play suspending(int failures) {
    return Play.of(Pins.of(limits(failures), Tools.ALL, null, 1, true));
  }

  private static Limits limits(int failures) {
    return new Limits(50, 50, 8, null, null, 60_000, 0, failures);
  }

  private static Play fail(Play play, Outcome outcome, String... calls) {
    for (var call : calls) {
      play.returns(call, outcome, ERROR);
    }
    return play;
  }

  @Test
  void soManyFailuresInARowSuspendTheRunWhenTheWaveIsAnswered() {
    var play = suspending(2).says("", "look:1", "look:2", "look:3");
    fail(play, Outcome.FAILED, "c1");
    fail(play, Outcome.TIMED_OUT, "c2");
    assertThat(play.state().phase()).isEqualTo(Phase.RUNNING);
    fail(play, Outcome.FAILED, "c3");
    assertThat(play.stop().reason()).isEqualTo(StopReason.TOOL_FAILURE);
    assertThat(play.stop().terminal()).isFalse();
    assertThat(play.stop().detail()).contains("3 calls in a row", "look (r1-c3)", "It is closed.");
    assertThat(play.told()).hasSize(3);
    assertThat(play.state().failures().last())
        .extracting(Failures.Failure::outcome)
        .containsExactly(Outcome.FAILED, Outcome.TIMED_OUT, Outcome.FAILED);
  }

  @Test
  void resumeStartsTheCountAgain() {
    var play = suspending(2).says("", "look:1", "look:2");
    fail(play, Outcome.FAILED, "c1", "c2").reopens(Limits.Change.NONE);
    assertThat(play.isAsked()).isTrue();
    assertThat(play.state().failures().inRow()).isZero();
    fail(play.says("", "look:3"), Outcome.FAILED, "c3");
    assertThat(play.isAsked()).isTrue();
  }

  @Test
  void aSuccessStartsTheCountAgain() {
    var play = suspending(2).says("", "look:1", "look:2", "look:3");
    fail(play, Outcome.FAILED, "c1").succeeds("c2");
    fail(play, Outcome.FAILED, "c3");
    assertThat(play.isAsked()).isTrue();
    assertThat(play.state().failures().inRow()).isEqualTo(1);
  }

  @Test
  void whatWasNotSentIsNoFailureOfATool() {
    var play = suspending(1).rule("post", Verdict.DENY).says("", "post:1", "ghost:2");
    assertThat(play.isAsked()).isTrue();
    assertThat(play.state().failures().inRow()).isZero();
  }

  @Test
  void theCountCanBeSwitchedOff() {
    var play = suspending(0);
    for (int i = 1; i <= 20; i++) {
      fail(play.says("", "look:" + i), Outcome.FAILED, "c" + i);
    }
    assertThat(play.isAsked()).isTrue();
  }

  @Test
  void aCriticalToolThatFailsEndsTheRunAtOnceAndItsSiblingsAreAnswered() {
    var play = suspending(0).says("", "vital:1", "look:2");
    fail(play, Outcome.TIMED_OUT, "c1");
    assertThat(play.state().phase()).isEqualTo(Phase.RUNNING);
    play.succeeds("c2");
    assertThat(play.stop().reason()).isEqualTo(StopReason.TOOL_FAILURE);
    assertThat(play.stop().detail()).contains("critical tool");
    play.reopens(Limits.Change.NONE);
    assertThat(play.isAsked()).isTrue();
  }

  @Test
  void anAgentThatDoesNotSuspendStops() {
    var play = Play.of(limits(1)).says("", "look:1");
    fail(play, Outcome.FAILED, "c1");
    assertThat(play.stop().reason()).isEqualTo(StopReason.TOOL_FAILURE);
    assertThat(play.stop().terminal()).isTrue();
    assertThat(play.state().phase()).isEqualTo(Phase.IDLE);
  }
}
