package io.tidegate.model.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.tidegate.conversation.Finish;
import io.tidegate.conversation.ModelFailure.Kind;
import io.tidegate.conversation.Part;
import io.tidegate.conversation.Reply;
import io.tidegate.conversation.ToolCall;
import io.tidegate.model.Asks;
import io.tidegate.model.Golden;
import io.tidegate.model.Heard;
import io.tidegate.model.Streams;
import io.tidegate.model.wire.Decoder;
import io.tidegate.run.Model.Failed;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OpenAiDecoderTest {
  private static final String DONE = "[DONE]";
  private final Heard heard = new Heard();
  private final Decoder decoder =
      new OpenAiDecoder(Asks.with(Asks.tools("erp.lookup", "now")), heard);

  @ParameterizedTest
  @ValueSource(strings = {"answer", "calls", "reasoning"})
  void recordedStreamBecomesItsReply(String name) {
    Reply reply = Streams.decode(decoder, Golden.bytes("openai/" + name + ".sse"), List.of());
    Golden.assertSame("openai/" + name + ".reply.json", heard, reply);
    assertThat(decoder.ended()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"stop,END", "length,LENGTH", "content_filter,REFUSED", "eos,END", "tool_calls,END"})
  void finishReasonIsTranslated(String reason, Finish finish) {
    assertThat(decode(text("Hi"), finished(reason), DONE).finish()).isEqualTo(finish);
  }

  @Test
  void callsAreWaitedForThoughTheServerSaysStop() {
    assertThat(
            decode(call("{'index':0,'id':'a','function':{'name':'now'}}"), finished("stop"), DONE)
                .finish())
        .isEqualTo(Finish.CALLS);
  }

  @Test
  void refusalIsTextThatEndsRefused() {
    Reply reply =
        decode("{'choices':[{'delta':{'refusal':'I will not.'}}]}", finished("stop"), DONE);
    assertThat(reply.finish()).isEqualTo(Finish.REFUSED);
    assertThat(Part.text(reply.parts())).isEqualTo("I will not.");
  }

  @Test
  void callIsSealedWhenAHigherIndexStarts() {
    feed(
        call("{'index':0,'id':'a','function':{'name':'now','arguments':'{}'}}"),
        call("{'index':1,'id':'b','function':{'name':'now','arguments':''}}"));
    assertThat(heard.told()).containsExactly("sealed: run1-c1 now {}");
  }

  @Test
  void interleavedCallsAreSealedInOrderOnceTheyAreComplete() {
    feed(
        call("{'index':0,'id':'a','function':{'name':'one','arguments':'{\\'x\\':'}}"),
        call("{'index':1,'id':'b','function':{'name':'two','arguments':'{}'}}"),
        call("{'index':2,'id':'c','function':{'name':'three','arguments':'{'}}"),
        call("{'index':0,'function':{'arguments':'1}'}}"),
        call("{'index':2,'function':{'arguments':'}'}}"));
    assertThat(heard.told()).isEmpty();
    feed(finished("tool_calls"));
    assertThat(heard.told())
        .containsExactly(
            "sealed: run1-c1 one {\"x\":1}", "sealed: run1-c2 two {}", "sealed: run1-c3 three {}");
  }

  @Test
  void aNewIdWithoutIndexIsANewCall() {
    Reply reply =
        decode(
            call("{'id':'a','function':{'name':'one','arguments':'{'}}"),
            call("{'function':{'arguments':'}'}}"),
            call("{'id':'b','function':{'name':'two','arguments':'{}'}}"),
            finished("tool_calls"),
            DONE);
    assertThat(Part.calls(reply.parts()))
        .containsExactly(
            new ToolCall("run1-c1", "a", "one", "{}"), new ToolCall("run1-c2", "b", "two", "{}"));
  }

  @Test
  void aNewIdAtTheSameIndexIsANewCall() {
    Reply reply =
        decode(
            call("{'index':0,'id':'a','function':{'name':'one','arguments':'{}'}}"),
            call("{'index':0,'id':'b','function':{'name':'two','arguments':'{}'}}"),
            finished("tool_calls"),
            DONE);
    assertThat(Part.calls(reply.parts())).extracting(ToolCall::tool).containsExactly("one", "two");
  }

  @Test
  void idAndNameThatAreRepeatedDoNotAddUp() {
    Reply reply =
        decode(
            call("{'index':0,'id':'a','function':{'name':'one','arguments':'{'}}"),
            call("{'index':0,'id':'a','function':{'name':'one','arguments':'}'}}"),
            finished("tool_calls"),
            DONE);
    assertThat(Part.calls(reply.parts()))
        .containsExactly(new ToolCall("run1-c1", "a", "one", "{}"));
  }

  @Test
  void legacyFunctionCallIsACall() {
    Reply reply =
        decode(
            "{'choices':[{'delta':{'function_call':{'name':'now','arguments':'{}'}}}]}",
            finished("function_call"),
            DONE);
    assertThat(reply.finish()).isEqualTo(Finish.CALLS);
    assertThat(Part.calls(reply.parts())).containsExactly(new ToolCall("run1-c1", "", "now", "{}"));
  }

  @Test
  void argumentsAsAnObjectAreTakenAsTheirText() {
    Reply reply =
        decode(
            call("{'index':0,'id':'a','function':{'name':'one','arguments':{'x':[1]}}}"),
            finished("tool_calls"),
            DONE);
    assertThat(Part.calls(reply.parts()).getFirst().arguments()).isEqualTo("{\"x\":[1]}");
  }

  @Test
  void callCutOffByTheLengthLimitIsLeftOut() {
    Reply reply =
        decode(
            call("{'index':0,'id':'a','function':{'name':'one','arguments':'{}'}}"),
            call("{'index':1,'id':'b','function':{'name':'two','arguments':'{\\'x'}}"),
            finished("length"),
            DONE);
    assertThat(reply.finish()).isEqualTo(Finish.LENGTH);
    assertThat(Part.calls(reply.parts())).extracting(ToolCall::tool).containsExactly("one");
  }

  @Test
  void aSealedCallThatGoesOnIsMalformed() {
    feed(
        call("{'index':0,'id':'a','function':{'name':'one','arguments':'{}'}}"),
        call("{'index':1,'id':'b','function':{'name':'two'}}"));
    assertFailure(
        Kind.MALFORMED,
        "went on after",
        call("{'index':0,'function':{'arguments':'{\\'late\\':1}'}}"));
  }

  @Test
  void aNameThatTheModelMadeUpIsPassedOn() {
    Reply reply =
        decode(
            call("{'index':0,'id':'a','function':{'name':'erp_delete','arguments':'{}'}}"),
            finished("tool_calls"),
            DONE);
    assertThat(Part.calls(reply.parts()).getFirst().tool()).isEqualTo("erp_delete");
  }

  @Test
  void aStreamThatEndsAfterItsFinishReasonIsWholeWithoutDone() {
    Reply reply = decode(text("Hi"), finished("stop"));
    assertThat(reply.usage()).isNull();
    assertThat(reply.model()).isEqualTo("model-1");
  }

  @Test
  void aStreamThatEndsBeforeItsFinishReasonIsNoReply() {
    assertThatThrownBy(() -> decode(text("Hi")))
        .isInstanceOfSatisfying(
            Failed.class,
            failed -> {
              assertThat(failed.failure().kind()).isEqualTo(Kind.UNREACHABLE);
              assertThat(failed.failure().message())
                  .isEqualTo("the stream ended before its finish_reason");
            });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {'message':'Rate limit','type':'requests','code':'rate_limit_exceeded'} | RATE_LIMITED
          {'message':'Provider returned error','code':502}                        | OVERLOADED
          {'message':'Slow down','code':429}                                      | RATE_LIMITED
          {'message':'The server had an error','type':'server_error'}             | OVERLOADED
          {'message':'Too long','code':'context_length_exceeded'}                 | CONTEXT_FULL
          {'message':'No','type':'invalid_request_error'}                         | REJECTED
          'overloaded'                                                            | OVERLOADED
          """,
      quoteCharacter = '`')
  void errorInMidStreamIsTranslated(String error, Kind kind) {
    feed(text("Hi"));
    assertFailure(kind, "broke the reply off", "{'error':" + error + "}");
  }

  @Test
  void failureOfTheServerAsAFinishReasonIsNoReply() {
    assertFailure(Kind.OVERLOADED, "insufficient", finished("insufficient_system_resource"));
  }

  @Test
  void bytesThatAreNoUtf8AreNoJson() {
    byte[] event = "{\"model\":\"x?\"}".getBytes(StandardCharsets.ISO_8859_1);
    event[11] = (byte) 0xFC;
    assertThatThrownBy(() -> decoder.event(event, 0, event.length))
        .isInstanceOf(JsonProcessingException.class);
  }

  @Test
  void aCutOffObjectIsNoJson() {
    byte[] event = "{\"model\":".getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> decoder.event(event, 0, event.length))
        .isInstanceOf(JsonProcessingException.class);
  }

  @Test
  void moreCallsThanTheLimitAreMalformed() {
    var calls = new StringBuilder("{'index':0,'id':'c0'}");
    for (int i = 1; i <= 1024; i++) {
      calls.append(",{'index':").append(i).append(",'id':'c").append(i).append("'}");
    }
    assertFailure(Kind.MALFORMED, "more than 1024 calls", call(calls.toString()));
  }

  @Test
  void aReplyLargerThanTheLimitIsMalformed() {
    String mebi = text("x".repeat(1 << 20));
    for (int i = 0; i < 16; i++) {
      feed(mebi);
    }
    assertFailure(Kind.MALFORMED, "more than 16777216 characters", mebi);
  }

  private Reply decode(String... data) {
    return Streams.decode(decoder, data);
  }

  private void feed(String... data) {
    Streams.feed(decoder, Streams.events(data), List.of());
  }

  private void assertFailure(Kind kind, String sentence, String event) {
    assertThatThrownBy(() -> feed(event))
        .isInstanceOfSatisfying(
            Failed.class,
            failed -> {
              assertThat(failed.failure().kind()).isEqualTo(kind);
              assertThat(failed.failure().message()).contains(sentence);
            });
  }

  private static String text(String content) {
    return "{'choices':[{'index':0,'delta':{'content':'" + content + "'}}]}";
  }

  private static String call(String fragments) {
    return "{'choices':[{'index':0,'delta':{'tool_calls':[" + fragments + "]}}]}";
  }

  private static String finished(String reason) {
    return "{'choices':[{'index':0,'delta':{},'finish_reason':'" + reason + "'}]}";
  }
}
