package io.tidegate.loop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Models that go in circles. */
class RepetitionScenarios {

  @Test
  void theModelIsToldOnceAndThenTheRunEnds() {
    var play = Play.of(limits(3));
    rounds(play, 1, "1");
    rounds(play, 1, "1");
    assertThat(play.userSaid()).hasSize(1);
    rounds(play, 1, "1");
    assertThat(play.userSaid()).hasSize(2);
    assertThat(play.userSaid().getLast()).contains("3 times in a row");
    assertThat(play.isAsked()).isTrue();
    rounds(play, 1, "1");
    assertThat(play.stop().reason()).isEqualTo(StopReason.LOOP_DETECTED);
    assertThat(play.userSaid()).hasSize(2);
  }

  @Test
  void goingBackAndForthIsACircleToo() {
    var play = Play.of(limits(3));
    for (int i = 0; i < 3; i++) {
      assertThat(play.userSaid()).hasSize(1);
      rounds(play, 1, "1");
      rounds(play, 2, "2");
    }
    assertThat(play.userSaid()).hasSize(2);
    rounds(play, 1, "1");
    assertThat(play.isAsked()).isTrue();
    assertThat(play.userSaid()).hasSize(2);
    rounds(play, 2, "2");
    assertThat(play.stop().reason()).isEqualTo(StopReason.LOOP_DETECTED);
  }

  @Test
  void theSameCallsWithOtherResultsAreNoCircle() {
    var play = Play.of(limits(2));
    for (int i = 0; i < 20; i++) {
      rounds(play, 1, Integer.toString(i));
    }
    assertThat(play.userSaid()).hasSize(1);
    assertThat(play.isAsked()).isTrue();
  }

  @Test
  void aModelThatWasToldAndTriesSomethingElseGoesOn() {
    var play = Play.of(limits(2));
    rounds(play, 1, "1");
    rounds(play, 1, "1");
    rounds(play, 2, "2");
    rounds(play, 3, "3");
    assertThat(play.userSaid()).hasSize(2);
    rounds(play, 3, "3");
    assertThat(play.userSaid()).hasSize(3);
    assertThat(play.says("Done.").stop().reason()).isEqualTo(StopReason.COMPLETED);
  }

  @Test
  void zeroTurnsTheDetectionOff() {
    var play = Play.of(limits(0));
    for (int i = 0; i < 30; i++) {
      rounds(play, 1, "1");
    }
    assertThat(play.userSaid()).hasSize(1);
    assertThat(play.isAsked()).isTrue();
  }

  private static void rounds(Play play, int argument, String result) {
    var call = "c" + play.state().nextOrdinal();
    play.says("", "look:" + argument).returns(call, Outcome.SUCCEEDED, result);
  }

  private static Limits limits(int repeats) {
    return new Limits(100, 100, 4, null, null, 60_000, repeats, 0);
  }
}
