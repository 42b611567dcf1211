package io.tidegate.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.conversation.Contract;
import io.tidegate.conversation.Json;
import io.tidegate.conversation.Message;
import io.tidegate.conversation.OnUnknown;
import io.tidegate.conversation.SideEffect;
import io.tidegate.conversation.ToolResult;
import io.tidegate.conversation.Usd;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tools that keep answering that they failed. */
class BadAnswerScenarios {
  private static final String ERROR = "{\"error\":\"no such thing\"}";

  private static final Limits LIMITS = new Limits(50, 50, 8, null, null, 60_000, 0, 0);

  private static Contract flaky(int warn, int disable, int of) {
    return new Contract(
        "flaky",
        "A tool of tests.",
        Json.EMPTY_OBJECT,
        SideEffect.READ,
        List.of(),
        "",
        "",
        OnUnknown.FAIL,
        1_000,
        "digest",
        "",
        false,
        false,
        new Contract.Tolerance(warn, disable, of),
        Usd.ZERO);
  }

  private static Play play(int warn, int disable, int of) {
    var tools = List.of(flaky(warn, disable, of), Tools.LOOK);
    return Play.of(Pins.of(LIMITS, tools, null, 1, false));
  }

  private static Play fail(Play play, int nth, FailureClass why) {
    return play.says("", "flaky:" + nth).fails("c" + nth, why, ERROR);
  }

  private static ToolResult last(Play play) {
    var results = (Message.Results) play.state().transcript().getLast();
    return results.results().getLast();
  }

  @Test
  void theModelIsWarnedWithTheErrorThatReachesTheLimit() {
    var play = play(2, 0, 4);
    fail(play, 1, FailureClass.TOOL_ERROR);
    assertThat(last(play).content().text()).isEqualTo(ERROR);
    fail(play, 2, FailureClass.TOOL_ERROR);
    assertThat(last(play).error()).isTrue();
    assertThat(last(play).content().text())
        .isEqualTo(
            "{\"result\":"
                + ERROR
                + ",\"warning\":\"2 of the last 2 answers of 'flaky' in this run were errors:"
                + " change what you ask of it, or do without it.\"}");
    assertThat(play.state().offered()).hasSize(2);
  }

  @Test
  void errorsThatAreLongAgoDoNotCount() {
    var play = play(2, 0, 3);
    fail(play, 1, FailureClass.TOOL_ERROR);
    for (int nth = 2; nth <= 3; nth++) {
      play.says("", "flaky:" + nth).succeeds("c" + nth);
    }
    fail(play, 4, FailureClass.TOOL_ERROR);
    assertThat(last(play).content().text()).isEqualTo(ERROR);
  }

  @Test
  void aServerThatCanNotBeReachedHasNotAnswered() {
    var play = play(1, 1, 10);
    fail(play, 1, FailureClass.TRANSPORT);
    fail(play, 2, FailureClass.TIMEOUT);
    fail(play, 3, FailureClass.SKIPPED);
    assertThat(last(play).content().text()).isEqualTo(ERROR);
    assertThat(play.state().offered()).hasSize(2);
  }

  @Test
  void siblingsAreWarnedOnce() {
    var play = play(1, 0, 10).says("", "flaky:1", "flaky:2");
    play.fails("c2", FailureClass.TOOL_ERROR, ERROR).fails("c1", FailureClass.TOOL_ERROR, ERROR);
    var results = ((Message.Results) play.state().transcript().getLast()).results();
    assertThat(results.getFirst().content().text()).isEqualTo(ERROR);
    assertThat(results.getLast().content().text()).contains("2 of the last 2");
  }

  @Test
  void aToolWithTooManyErrorsIsDisabledForTheRunUntilSomebodyReopensIt() {
    var play = play(0, 2, 4);
    fail(play, 1, FailureClass.TOOL_ERROR);
    fail(play, 2, FailureClass.TOOL_ERROR);
    assertThat(last(play).content().text()).contains("disabled for the rest of the run");
    assertThat(play.state().offered()).extracting(Contract::name).containsExactly("look");
    play.says("", "flaky:3", "look:4");
    assertThat(play.state().call("r1-c3").orElseThrow())
        .returns(Call.Status.FAILED, Call::status)
        .returns(0, Call::attempt);
    play.succeeds("c4");
    assertThat(play.isAsked()).isTrue();
    assertThat(((Message.Results) play.state().transcript().getLast()).results().getFirst())
        .satisfies(told -> assertThat(told.content().text()).contains("is disabled"));
  }
}
