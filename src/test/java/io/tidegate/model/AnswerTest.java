package io.tidegate.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.conversation.ModelFailure;
import io.tidegate.conversation.ModelFailure.Kind;
import io.vertx.core.MultiMap;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnswerTest {

  @ParameterizedTest
  @CsvSource({
    "400,REJECTED",
    "401,UNAUTHORIZED",
    "402,UNAUTHORIZED",
    "403,UNAUTHORIZED",
    "404,REJECTED",
    "408,OVERLOADED",
    "413,REJECTED",
    "422,REJECTED",
    "429,RATE_LIMITED",
    "500,OVERLOADED",
    "503,OVERLOADED",
    "529,OVERLOADED",
    "301,REJECTED"
  })
  void statusIsTranslated(int status, Kind kind) {
    assertThat(failure(status, "").kind()).isEqualTo(kind);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"error":{"message":"This is long","code":"context_length_exceeded"}}
          {"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long"}}
          {"object":"error","message":"This model's maximum context length is 4096","code":400}
          {"error":"the request exceeds the available context window"}
          """)
  void aTranscriptThatDoesNotFitIsToldApart(String body) {
    assertThat(failure(400, body).kind()).isEqualTo(Kind.CONTEXT_FULL);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"error":{"message":"No such\\nmodel","type":"x"}} | it answered 404: No such model
          {"error":"No such model"}                          | it answered 404: No such model
          {"detail":"Not Found"}                             | it answered 404: Not Found
          {"error":{"type":"not_found_error"}}               | it answered 404: not_found_error
          Not here                                           | it answered 404: Not here
          <html>Not here</html>                              | it answered 404: it gave no reason
          ``                                                 | it answered 404: it gave no reason
          """)
  void theSentenceHoldsWhatTheProviderSays(String body, String sentence) {
    assertThat(failure(404, body).message()).isEqualTo(sentence);
  }

  @Test
  void aLongReasonIsCut() {
    assertThat(failure(400, "x".repeat(10_000)).message()).hasSizeLessThan(600).endsWith("…");
  }

  @Test
  void anErrorUnderStatus200IsAnError() {
    var failure = answer(200, "application/json").failure(body("{\"error\":{\"code\":429}}"), 0);
    assertThat(failure.kind()).isEqualTo(Kind.RATE_LIMITED);
  }

  @Test
  void aReplyThatIsNotStreamedIsMalformed() {
    var answer = answer(200, "application/json; charset=utf-8");
    assertThat(answer.streams()).isFalse();
    var failure = answer.failure(body("{\"object\":\"chat.completion\",\"choices\":[]}"), 0);
    assertThat(failure.kind()).isEqualTo(Kind.MALFORMED);
    assertThat(failure.message()).contains("application/json").contains("stream of events");
  }

  @ParameterizedTest
  @CsvSource({"200,text/event-stream,true", "200,,true", "200,text/html,false", "429,,false"})
  void onlyWhatMayBeAStreamIsReadAsOne(int status, String type, boolean streams) {
    assertThat(answer(status, type).streams()).isEqualTo(streams);
  }

  private static ModelFailure failure(int status, String body) {
    return answer(status, "application/json").failure(body(body), 0);
  }

  private static Answer answer(int status, String type) {
    var headers = MultiMap.caseInsensitiveMultiMap();
    return new Answer(status, type == null ? headers : headers.set("Content-Type", type));
  }

  private static byte[] body(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
