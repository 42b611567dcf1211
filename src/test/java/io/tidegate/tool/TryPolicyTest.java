package io.tidegate.tool;

import static io.tidegate.conversation.SideEffect.IDEMPOTENT;
import static io.tidegate.conversation.SideEffect.READ;
import static io.tidegate.conversation.SideEffect.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.conversation.SideEffect;
import io.tidegate.loop.FailureClass;
import io.tidegate.loop.Outcome;
import io.tidegate.tool.TryPolicy.Next;
import io.tidegate.tool.http.Answer;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.net.ConnectException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TryPolicyTest {

  @ParameterizedTest
  @CsvSource({
    "400, FAILED", "404, FAILED", "408, FAILED", "409, FAILED", "429, FAILED", "500, FAILED",
    "501, FAILED", "503, FAILED", "502, UNKNOWN", "504, UNKNOWN", "524, UNKNOWN", "302, FAILED"
  })
  void aWriteThatWasAnsweredIsNeverSentAgain(int status, Outcome outcome) {
    assertThat(answered(WRITE, status))
        .isInstanceOfSatisfying(
            Next.Done.class, done -> assertThat(done.outcome()).isEqualTo(outcome));
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 429, 500, 502, 503, 504, 599})
  void othersAreSentAgainWhenThatCouldHelp(int status) {
    for (SideEffect effect : new SideEffect[] {READ, IDEMPOTENT}) {
      assertThat(answered(effect, status))
          .isInstanceOfSatisfying(
              Next.Again.class,
              again -> {
                assertThat(again.otherwise().outcome()).isEqualTo(Outcome.FAILED);
                assertThat(again.retryAfter()).isEqualTo("7");
              });
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {302, 304, 400, 404, 422, 501})
  void andNotWhenItCouldNot(int status) {
    assertThat(answered(READ, status)).isInstanceOf(Next.Done.class);
  }

  @Test
  void aWriteIsSentAgainOnlyIfNothingWasSent() {
    assertThat(TryPolicy.broken(WRITE, false, new ConnectException()))
        .isInstanceOf(Next.Again.class);
    assertThat(TryPolicy.broken(WRITE, true, new IOException()))
        .isInstanceOfSatisfying(
            Next.Done.class, done -> assertThat(done.outcome()).isEqualTo(Outcome.UNKNOWN));
  }

  @ParameterizedTest
  @EnumSource(names = {"READ", "IDEMPOTENT"})
  void othersAreSentAgainWhateverBroke(SideEffect effect) {
    assertThat(TryPolicy.broken(effect, true, new IOException())).isInstanceOf(Next.Again.class);
    assertThat(TryPolicy.broken(effect, false, new IOException())).isInstanceOf(Next.Again.class);
  }

  @Test
  void onlyAWriteThatWasSentIsUnknownWhenItsTimeIsOver() {
    assertThat(TryPolicy.expired(WRITE, true, 9).outcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(TryPolicy.expired(WRITE, false, 9).outcome()).isEqualTo(Outcome.TIMED_OUT);
    assertThat(TryPolicy.expired(READ, true, 9).outcome()).isEqualTo(Outcome.TIMED_OUT);
    assertThat(TryPolicy.expired(IDEMPOTENT, true, 9).result().toString())
        .contains("may have taken effect");
  }

  @Test
  void anErrorPassesTheToolsOwnWordsOn() {
    var body = Buffer.buffer("{\"code\":\"no_such_invoice\"}");
    var answer = new Answer(404, "application/json", null, null, body, false, body.length());
    assertThat(TryPolicy.answered(READ, answer))
        .isInstanceOfSatisfying(
            Next.Done.class,
            done ->
                assertThat(done.result())
                    .hasToString(
                        """
                        {"error":"The tool answered 404.","status":404,\
                        "body":{"code":"no_such_invoice"}}\
                        """));
  }

  @Test
  void aWriteThatTookEffectButCanNotBeReadIsNotToBeRepeated() {
    var cut = new Answer(200, "text/plain", null, null, Buffer.buffer("1234"), true, 9);
    assertThat(TryPolicy.answered(WRITE, cut).toString())
        .contains("larger than the 4 bytes that are read (it has 9): ask for less.")
        .contains("so the call took effect; don't repeat it.");
    assertThat(TryPolicy.answered(READ, cut).toString()).doesNotContain("took effect");
  }

  @ParameterizedTest
  @CsvSource({
    "500, TRANSPORT", "502, TRANSPORT", "503, TRANSPORT", "504, TRANSPORT", "501, TOOL_ERROR",
    "400, TOOL_ERROR", "404, TOOL_ERROR", "408, TOOL_ERROR", "429, TOOL_ERROR", "302, TOOL_ERROR"
  })
  void onlyAServerThatIsNotFitToAnswerFailsAsTransport(int status, FailureClass failure) {
    assertThat(classOf(answered(WRITE, status))).isEqualTo(failure);
    assertThat(classOf(answered(READ, status))).isEqualTo(failure);
  }

  @Test
  void whatBreaksIsTransportAndWhatTakesTooLongTimeout() {
    assertThat(classOf(TryPolicy.broken(WRITE, true, new IOException())))
        .isEqualTo(FailureClass.TRANSPORT);
    assertThat(classOf(TryPolicy.broken(READ, false, new ConnectException())))
        .isEqualTo(FailureClass.TRANSPORT);
    assertThat(TryPolicy.expired(WRITE, true, 9).failure()).isEqualTo(FailureClass.TIMEOUT);
    assertThat(TryPolicy.expired(READ, false, 9).failure()).isEqualTo(FailureClass.TIMEOUT);
  }

  @Test
  void anAnswerThatSaysIsErrorIsTheToolsOwnWord() {
    var body = Buffer.buffer("{\"isError\":true,\"content\":[]}");
    var answer = new Answer(200, "application/json", null, null, body, false, body.length());
    assertThat(TryPolicy.answered(WRITE, answer))
        .isInstanceOfSatisfying(
            Next.Done.class,
            done -> {
              assertThat(done.outcome()).isEqualTo(Outcome.FAILED);
              assertThat(done.failure()).isEqualTo(FailureClass.TOOL_ERROR);
              assertThat(done.result()).hasToString(body.toString());
            });
  }

  private static @Nullable FailureClass classOf(Next next) {
    return switch (next) {
      case Next.Done done -> done.failure();
      case Next.Again again -> again.otherwise().failure();
    };
  }

  private static Next answered(SideEffect effect, int status) {
    return TryPolicy.answered(
        effect, new Answer(status, "text/plain", null, "7", Buffer.buffer("sorry"), false, 5));
  }
}
