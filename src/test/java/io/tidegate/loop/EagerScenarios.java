package io.tidegate.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.conversation.Finish;
import org.junit.jupiter.api.Test;

/** Calls that start while their reply still streams. */
class EagerScenarios {

  @Test
  void aSealedReadStartsBeforeItsReplyIsComplete() {
    var play = Play.begun().seals("look:1");
    assertThat(play.running()).containsExactly("c1");
    play.says("", "look:1").succeeds("c1").says("done");
    assertThat(play.stop().reason()).isEqualTo(StopReason.COMPLETED);
    assertThat(play.stop().toolCalls()).isEqualTo(1);
  }

  @Test
  void anIdIsNeverGivenTwiceThoughAVoidedReplyHadCallsThatWereNotSealed() {
    var play = Play.begun().sealsAt(1, "look:1").breaksAndIsAskedAgain();
    play.says("", "post:1", "look:1");
    assertThat(play.state().calls().stream().map(Call::id)).containsExactly("r1-c3", "r1-c4");
    assertThat(play.running()).containsExactlyInAnyOrder("c2", "c3");
  }

  @Test
  void aResultOfAVoidedReplyIsAdoptedOnce() {
    var play = Play.begun().seals("look:1").succeeds("c1").breaksAndIsAskedAgain();
    play.says("", "look:1", "look:1");
    assertThat(play.status("c2")).isEqualTo(Call.Status.SUCCEEDED);
    assertThat(play.running()).containsExactly("c3");
    play.succeeds("c3");
    assertThat(play.told().get("c2").content().text()).contains("c1");
    assertThat(play.told().get("c3").content().text()).contains("c3");
  }

  @Test
  void anEqualCallWaitsForTheRunningOneOfAVoidedReply() {
    var play = Play.begun().seals("look:1").breaksAndIsAskedAgain().says("", "look:1");
    assertThat(play.running()).containsExactly("c1");
    play.succeeds("c1");
    assertThat(play.told().get("c2").content().text()).contains("c1");
  }

  @Test
  void anEqualCallStartsItselfWhenTheOneOfAVoidedReplyFails() {
    var play = Play.begun().seals("look:1").breaksAndIsAskedAgain().says("", "look:1");
    play.returns("c1", Outcome.FAILED, "\"no\"");
    assertThat(play.running()).containsExactly("c2");
  }

  @Test
  void anEqualCallStartsItselfWhenNobodyKnowsWhatBecameOfTheOneOfAVoidedReply() {
    var play = Play.begun().seals("look:1").breaksAndIsAskedAgain().says("", "look:1");
    play.returns("c1", Outcome.UNKNOWN, "\"?\"");
    assertThat(play.running()).containsExactly("c2");
  }

  @Test
  void aCallThatWaitedForASlotUntilItsReplyWasCompleteIsNotEager() {
    var play = Play.of(new Limits(9, 9, 1, null, null, 60_000, 0, 0)).seals("look:1", "look:2");
    play.says("", "look:1", "look:2").succeeds("c1");
    assertThat(play.state().call("r1-c2").orElseThrow().eager()).isFalse();
    assertThat(play.running()).containsExactly("c2");
  }

  @Test
  void eagerCallsOfAReplyThatIsCutOffKeepTheirResults() {
    var play = Play.begun().seals("look:1").replies(Finish.LENGTH, "So far", "look:1", "post:1");
    play.succeeds("c1");
    assertThat(play.told().get("c1").error()).isFalse();
    assertThat(play.told().get("c2").error()).isTrue();
    assertThat(play.stop().reason()).isEqualTo(StopReason.MAX_TOKENS);
  }
}
