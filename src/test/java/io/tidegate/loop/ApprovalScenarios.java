package io.tidegate.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.conversation.Json;
import io.tidegate.loop.Event.Resolution;
import io.tidegate.loop.Pin.Verdict;
import io.tidegate.loop.RunState.Phase;
import org.junit.jupiter.api.Test;

/** Calls that wait for people: approvals, and outcomes that nobody knows. */
class ApprovalScenarios {

  @Test
  void aCallThatWaitsForAPersonHoldsNoSibling() {
    var play = Play.begun().rule("post", Verdict.ASK).says("", "post:1", "look:2");
    assertThat(play.running()).containsExactly("c2");
    assertThat(play.state().phase()).isEqualTo(Phase.RUNNING);
    play.succeeds("c2");
    assertThat(play.stop().reason()).isEqualTo(StopReason.APPROVAL_PENDING);
    assertThat(play.stop().terminal()).isFalse();
    assertThat(play.stop().detail()).contains("post (r1-c1)");
  }

  @Test
  void approvalsComeInAnyOrder() {
    var play = Play.begun().rule("post", Verdict.ASK).says("", "post:1", "post:2", "post:3");
    play.approves("c3");
    assertThat(play.running()).containsExactly("c3");
    play.denies("c1").succeeds("c3");
    assertThat(play.stop().reason()).isEqualTo(StopReason.APPROVAL_PENDING);
    play.expires("c2");
    assertThat(play.told().get("c1").content().text()).contains("denied");
    assertThat(play.told().get("c2").content().text()).contains("in time");
    assertThat(play.told().get("c3").error()).isFalse();
    assertThat(play.isAsked()).isTrue();
  }

  @Test
  void aCallIsDecidedOnce() {
    var play = Play.begun().rule("post", Verdict.ASK).says("", "post:1").approves("c1");
    assertThatThrownBy(() -> play.denies("c1"))
        .isInstanceOf(LoopException.class)
        .hasMessageContaining("does not wait for a decision");
  }

  @Test
  void aDeniedCallIsNeverMade() {
    var play = Play.begun().rule("post", Verdict.DENY).says("", "post:1", "look:1");
    assertThat(play.running()).containsExactly("c2");
    play.succeeds("c2");
    assertThat(play.told().get("c1").content().text()).contains("A rule forbids this call");
  }

  @Test
  void anApprovedCallIsNotMadeIfItsGuardFailsWhenItIsSent() {
    var play = Play.begun().rule("post", Verdict.ASK).says("", "post:1").forbid("post");
    play.approves("c1");
    assertThat(play.running()).isEmpty();
    assertThat(play.told().get("c1").content().text())
        .contains("A rule forbids this call: a guard")
        .doesNotContain("taken effect");
    assertThat(play.isAsked()).isTrue();
  }

  @Test
  void aCallOfUnknownOutcomeThatMayNotBeSentAgainIsDenied() {
    var play = Play.begun().says("", "beep:1").forbid("beep").returns("c1", Outcome.UNKNOWN, "1");
    assertThat(play.told().get("c1").content().text()).contains("may have taken effect");
    assertThat(play.isAsked()).isTrue();
  }

  @Test
  void aQuestionToThePersonHoldsNoSiblingAndItsAnswerIsTheResult() {
    var play = Play.begun().says("", "ask:1", "look:2");
    assertThat(play.running()).containsExactly("c2");
    assertThat(play.status("c1")).isEqualTo(Call.Status.AWAITING_INPUT);
    play.succeeds("c2");
    assertThat(play.stop().reason()).isEqualTo(StopReason.INPUT_REQUIRED);
    assertThat(play.stop().terminal()).isFalse();
    play.crashes();
    assertThat(play.state().waitingForPeople()).isEqualTo(1);
    play.answers("c1", "42");
    assertThat(play.told().get("c1").content()).isEqualTo(new Json("42"));
    assertThat(play.told().get("c1").error()).isFalse();
    assertThat(play.isAsked()).isTrue();
  }

  @Test
  void aQuestionIsAnsweredOnce() {
    var play = Play.begun().says("", "ask:1", "ask:2").answers("c1", "1");
    assertThat(play.stop().reason()).isEqualTo(StopReason.INPUT_REQUIRED);
    assertThatThrownBy(() -> play.answers("c1", "2"))
        .isInstanceOf(LoopException.class)
        .hasMessageContaining("does not wait for an answer");
  }

  @Test
  void aRuleMayAskAboutOrDenyAQuestion() {
    var play = Play.begun().rule("ask", Verdict.ASK).says("", "ask:1", "ask:2");
    assertThat(play.stop().reason()).isEqualTo(StopReason.APPROVAL_PENDING);
    play.approves("c1");
    assertThat(play.status("c1")).isEqualTo(Call.Status.AWAITING_INPUT);
    assertThat(play.stop().reason()).isEqualTo(StopReason.APPROVAL_PENDING);
    play.denies("c2");
    assertThat(play.stop().reason()).isEqualTo(StopReason.INPUT_REQUIRED);
    var denied = Play.begun().rule("ask", Verdict.DENY).says("", "ask:1");
    assertThat(denied.told().get("c1").content().text()).contains("forbids");
  }

  @Test
  void cancelAnswersAnOpenQuestion() {
    var play = Play.begun().says("", "ask:1").cancels();
    assertThat(play.stop().reason()).isEqualTo(StopReason.CANCELLED);
    assertThat(play.told().get("c1").content().text()).contains("Not carried out");
  }

  @Test
  void aRunKnowsWhoAskedForItAndWhatFor() {
    var play = Play.begun();
    assertThat(play.state().principal()).isEqualTo("test");
    assertThat(play.state().input()).isEqualTo("Go.");
  }

  @Test
  void callsThatWaitForPeopleAreCounted() {
    var play = Play.begun().rule("post", Verdict.ASK).says("", "post:1", "post:2", "look:3");
    assertThat(play.state().waitingForPeople()).isEqualTo(2);
    assertThat(play.denies("c1").state().waitingForPeople()).isEqualTo(1);
    assertThat(play.cancels().state().waitingForPeople()).isZero();
  }

  @Test
  void aSealedReadThatIsGatedWaitsForItsReplyAndAPerson() {
    var play = Play.begun().rule("look", Verdict.ASK).seals("look:1");
    assertThat(play.running()).isEmpty();
    assertThat(play.status("c1")).isEqualTo(Call.Status.PROPOSED);
    play.says("", "look:1");
    assertThat(play.status("c1")).isEqualTo(Call.Status.AWAITING_APPROVAL);
    assertThat(play.approves("c1").running()).containsExactly("c1");
  }

  @Test
  void cancelWhileSuspendedAnswersTheGatedCall() {
    var play = Play.begun().rule("post", Verdict.ASK).says("", "post:1").cancels();
    assertThat(play.stop().reason()).isEqualTo(StopReason.CANCELLED);
    assertThat(play.told().get("c1").content().text()).contains("Not carried out");
  }

  @Test
  void aWriteOfUnknownOutcomeWaitsForAPersonWhoSaysThatItHappened() {
    var play = unknown("post");
    assertThat(play.stop().reason()).isEqualTo(StopReason.OUTCOME_UNKNOWN);
    play.outcome("c1", Resolution.HAPPENED);
    assertThat(play.told().get("c1").content()).isEqualTo(Json.string("posted"));
    assertThat(play.told().get("c1").error()).isFalse();
  }

  @Test
  void aWriteOfUnknownOutcomeIsRunAgainIfAPersonSaysSo() {
    var play = unknown("post").outcome("c1", Resolution.RERUN);
    assertThat(play.running()).containsExactly("c1");
    assertThat(play.state().call("r1-c1").orElseThrow().attempt()).isEqualTo(2);
    play.returns("c1", Outcome.UNKNOWN, "null");
    assertThat(play.stop().reason()).isEqualTo(StopReason.OUTCOME_UNKNOWN);
    play.outcome("c1", Resolution.FAILED);
    assertThat(play.told().get("c1").content().text()).contains("did not take effect");
  }

  @Test
  void anOutcomeIsSettledOnce() {
    var play = Play.begun().says("", "post:1", "look:2").returns("c1", Outcome.UNKNOWN, "null");
    play.outcome("c1", Resolution.HAPPENED);
    assertThatThrownBy(() -> play.outcome("c1", Resolution.RERUN))
        .isInstanceOf(LoopException.class);
  }

  @Test
  void anUnknownOutcomeMayBeToldToTheModel() {
    var play = unknown("send");
    assertThat(play.told().get("c1").content().text()).contains("Nobody knows");
    assertThat(play.isAsked()).isTrue();
  }

  @Test
  void anUnknownOutcomeMayBeRetried() {
    var play = unknown("beep");
    assertThat(play.running()).containsExactly("c1");
    assertThat(play.state().call("r1-c1").orElseThrow().attempt()).isEqualTo(2);
    play.succeeds("c1");
    assertThat(play.isAsked()).isTrue();
  }

  @Test
  void aToolWhoseOutcomeIsAlwaysUnknownIsNotRetriedForEver() {
    var play = unknown("beep");
    for (int i = 0; i < 20 && !play.running().isEmpty(); i++) {
      play.returns("c1", Outcome.UNKNOWN, "null");
    }
    assertThat(play.isAsked()).isTrue();
    assertThat(play.told().get("c1").content().text()).contains("Nobody knows");
  }

  @Test
  void aWriteThatWasRunningInACrashedProcessIsUnknownAfterItsTimeout() {
    var play = Play.begun().says("", "post:1", "look:2", "put:3").crashes();
    assertThat(play.running()).containsExactlyInAnyOrder("c2", "c3");
    assertThat(play.status("c1")).isEqualTo(Call.Status.ORPHANED);
    play.succeeds("c2", "c3");
    assertThat(play.state().phase()).isEqualTo(Phase.RUNNING);
    play.crashes();
    assertThat(play.status("c1")).isEqualTo(Call.Status.ORPHANED);
    play.passes(Tools.TIMEOUT_MS).givesUp("c1");
    assertThat(play.stop().reason()).isEqualTo(StopReason.OUTCOME_UNKNOWN);
  }

  @Test
  void aLateResultChangesNothing() {
    var play = Play.begun().says("", "post:1").cancels();
    var before = play.state();
    var late = new Json("\"late\"");
    play.record(
        new Event.CallReturned("r1-c1", "post", 1, Outcome.SUCCEEDED, late, 1, 9_000, true));
    assertThat(play.state().transcript()).isEqualTo(before.transcript());
    assertThat(play.state().phase()).isEqualTo(Phase.IDLE);
  }

  @Test
  void aResultThatNobodyWaitsForIsABug() {
    var play = Play.begun().says("", "look:1", "post:2").succeeds("c1");
    var again = new Event.CallReturned("r1-c1", "look", 1, Outcome.FAILED, Json.NULL, 1, 1, false);
    assertThatThrownBy(() -> play.record(again))
        .isInstanceOf(LoopException.class)
        .hasMessageContaining("does not wait for a result");
  }

  private static Play unknown(String tool) {
    return Play.begun().says("", tool + ":1").returns("c1", Outcome.UNKNOWN, "null");
  }
}
