package io.tidegate.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.conversation.Json;
import io.tidegate.conversation.Message;
import io.tidegate.conversation.Part;
import io.tidegate.conversation.Usd;
import io.tidegate.loop.RunState.Phase;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Agents that can't, and what their runs go on with. */
class FallbackScenarios {
  private static final Pin OTHER =
      new Pin(
          "other",
          "Do it simply.",
          new Pin.Route("small", Pins.of(Limits.DEFAULT).route().targets()),
          List.of(Tools.LOOK),
          List.of(),
          null,
          1,
          false,
          false,
          limits(2, null));

  private static Limits limits(int steps, Usd cost) {
    return new Limits(steps, 50, 8, cost, null, 60_000, 0, 2);
  }

  private static Pin agent(Limits limits, Fallback fallback) {
    return Pins.of(limits, Tools.ALL, null, 1, true).withFallback(fallback);
  }

  private static Play stepsUsedUp(Pin pin) {
    return Play.of(pin).says("", "look:1").succeeds("c1");
  }

  @Test
  void anotherAgentGoesOnWithTheTranscriptAndFreshLimits() {
    var play = stepsUsedUp(agent(limits(1, null), new Fallback.Another(OTHER)));
    assertThat(play.isAsked()).isTrue();
    assertThat(play.state().requirePin().agent()).isEqualTo("other");
    assertThat(play.state().offered()).containsExactly(Tools.LOOK);
    assertThat(play.state().transcript()).hasSize(3);
    play.says("", "look:2").succeeds("c2").says("Done.");
    var stop = play.stop();
    assertThat(stop.reason()).isEqualTo(StopReason.COMPLETED);
    assertThat(stop.fallback())
        .isEqualTo(new Fallback.Used("other", "small", StopReason.MAX_STEPS));
    assertThat(stop.steps()).isEqualTo(3);
    assertThat(stop.cost()).isEqualTo(Usd.parse("0.03"));
  }

  @Test
  void itsOwnLimitsHoldAndThenItsOwnPolicyToo() {
    var play = stepsUsedUp(agent(limits(1, null), new Fallback.Another(OTHER)));
    play.says("", "look:2").succeeds("c2").says("", "look:3").succeeds("c3");
    assertThat(play.stop().reason()).isEqualTo(StopReason.MAX_STEPS);
    assertThat(play.stop().terminal()).isTrue();
    assertThat(play.stop().fallback()).isNotNull();
  }

  @Test
  void whatTheRunMaySpendDoesNotGrow() {
    var pin = agent(limits(1, Usd.parse("0.02")), new Fallback.Another(OTHER));
    assertThat(stepsUsedUp(pin).state().limits().cost()).isEqualTo(Usd.parse("0.02"));
    var frugal = OTHER.withLimits(limits(2, Usd.parse("0.01")));
    var play = stepsUsedUp(agent(limits(1, Usd.parse("1")), new Fallback.Another(frugal)));
    // Of its own it may spend 0.01, beside what was spent before.
    assertThat(play.state().limits().cost()).isEqualTo(Usd.parse("0.02"));
  }

  @Test
  void aFixedAnswerEndsTheRunAndStandsInTheTranscript() {
    var fixed = new Fallback.Answer(Json.string("Sorry."), "Sorry.");
    var play = stepsUsedUp(agent(limits(1, null), fixed));
    assertThat(play.stop().reason()).isEqualTo(StopReason.COMPLETED);
    assertThat(play.stop().output()).isEqualTo(Json.string("Sorry."));
    assertThat(play.stop().fallback())
        .isEqualTo(new Fallback.Used(null, null, StopReason.MAX_STEPS));
    assertThat(play.state().transcript().getLast())
        .isEqualTo(new Message.Assistant(List.of(new Part.Text("Sorry."))));
  }

  @Test
  void eachAgentOfAChainHasItsTurn() {
    var fixed = new Fallback.Answer(Json.string("Sorry."), "Sorry.");
    var chain = new Fallback.Another(OTHER.withFallback(fixed));
    var play = stepsUsedUp(agent(limits(1, null), chain));
    assertThat(play.isAsked()).isTrue();
    play.says("", "look:2").succeeds("c2").says("", "look:3").succeeds("c3");
    assertThat(play.stop().output()).isEqualTo(Json.string("Sorry."));
  }

  @Test
  void aModelThatDoesNotAnswerIsLeftForTheOther() {
    var play = Play.of(agent(limits(5, null), new Fallback.Another(OTHER))).breaks();
    assertThat(play.isAsked()).isTrue();
    play.says("Done.");
    assertThat(play.stop().fallback().after()).isEqualTo(StopReason.MODEL_UNAVAILABLE);
  }

  @Test
  void toolsThatKeepFailingAreToo() {
    var play = Play.of(agent(limits(5, null), new Fallback.Another(OTHER)));
    play.says("", "look:1", "look:2");
    play.fails("c1", FailureClass.TRANSPORT, "{}").fails("c2", FailureClass.TRANSPORT, "{}");
    assertThat(play.isAsked()).isTrue();
    assertThat(play.state().failures().inRow()).isZero();
    play.says("Done.");
    assertThat(play.stop().fallback().after()).isEqualTo(StopReason.TOOL_FAILURE);
  }

  @Test
  void theNextRunBeginsWithItsOwnAgent() {
    var play = stepsUsedUp(agent(limits(1, null), new Fallback.Another(OTHER))).says("Done.");
    assertThat(play.state().phase()).isEqualTo(Phase.IDLE);
    play.begin();
    assertThat(play.state().requirePin().agent()).isEqualTo("agent");
    play.says("Hello.");
    assertThat(play.stop().fallback()).isNull();
  }
}
