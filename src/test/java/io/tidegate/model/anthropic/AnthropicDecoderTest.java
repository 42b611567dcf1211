package io.tidegate.model.anthropic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.conversation.Finish;
import io.tidegate.conversation.ModelFailure.Kind;
import io.tidegate.conversation.Part;
import io.tidegate.conversation.Reply;
import io.tidegate.conversation.ToolCall;
import io.tidegate.conversation.Usage;
import io.tidegate.model.Asks;
import io.tidegate.model.Golden;
import io.tidegate.model.Heard;
import io.tidegate.model.Streams;
import io.tidegate.model.wire.Decoder;
import io.tidegate.run.Model.Failed;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnthropicDecoderTest {
  private static final String STOP = "{'type':'message_stop'}";
  private final Heard heard = new Heard();
  private final Decoder decoder =
      new AnthropicDecoder(Asks.with(Asks.tools("erp.lookup", "now")), heard);

  @Test
  void recordedStreamBecomesItsReply() {
    Reply reply = Streams.decode(decoder, Golden.bytes("anthropic/calls.sse"), List.of());
    Golden.assertSame("anthropic/calls.reply.json", heard, reply);
    assertThat(decoder.ended()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "end_turn,END",
    "stop_sequence,END",
    "tool_use,END",
    "max_tokens,LENGTH",
    "refusal,REFUSED",
    "pause_turn,PAUSED",
    "model_context_window_exceeded,CONTEXT_FULL",
    "something_new,END"
  })
  void stopReasonIsTranslated(String reason, Finish finish) {
    assertThat(decode(stopped(reason), STOP).finish()).isEqualTo(finish);
  }

  @Test
  void callIsSealedAtTheStopOfItsBlock() {
    feed(use(0, "now"), input(0, "{"), input(0, "}"));
    assertThat(heard.told()).isEmpty();
    feed(blockStop(0));
    assertThat(heard.told()).containsExactly("sealed: run1-c1 now {}");
  }

  @Test
  void callWithoutArgumentsIsSealedWhenTheNextBlockStarts() {
    feed(use(0, "now"), blockStop(0));
    assertThat(heard.told()).isEmpty();
    feed(use(1, "erp_lookup"));
    assertThat(heard.told()).containsExactly("sealed: run1-c1 now {}");
  }

  @Test
  void callCutOffByTheLengthLimitIsLeftOut() {
    Reply reply =
        decode(use(0, "now"), input(0, "{\\'a"), blockStop(0), stopped("max_tokens"), STOP);
    assertThat(reply.parts()).isEmpty();
    assertThat(heard.told()).isEmpty();
  }

  @Test
  void inputThatComesWholeAtTheStartIsTaken() {
    Reply reply =
        decode(
            "{'type':'content_block_start','index':0,'content_block':"
                + "{'type':'tool_use','id':'t','name':'now','input':{'x':1}}}",
            blockStop(0),
            stopped("tool_use"),
            STOP);
    assertThat(Part.calls(reply.parts()))
        .containsExactly(new ToolCall("run1-c1", "t", "now", "{\"x\":1}"));
  }

  @Test
  void fieldsMayComeInAnyOrder() {
    Reply reply =
        decode(
            "{'content_block':{'text':'','type':'text'},'index':0,'type':'content_block_start'}",
            "{'delta':{'text':'Hi','type':'text_delta'},'index':0,'type':'content_block_delta'}",
            stopped("end_turn"),
            STOP);
    assertThat(reply.parts()).containsExactly(new Part.Text("Hi"));
  }

  @Test
  void laterUsageReplacesEarlierUsage() {
    Reply reply =
        decode(
            "{'type':'message_start','message':{'model':'m','usage':{'input_tokens':10,"
                + "'cache_read_input_tokens':5,'cache_creation_input_tokens':3,'output_tokens':1}}}",
            "{'type':'message_delta','delta':{},'usage':{'output_tokens':7}}",
            "{'type':'message_delta','delta':{'stop_reason':'end_turn'},'usage':"
                + "{'output_tokens':20,'output_tokens_details':{'thinking_tokens':12}}}",
            STOP);
    assertThat(reply.usage()).isEqualTo(new Usage(18, 5, 3, 20, 12));
  }

  @Test
  void unknownEventsAndBlocksArePassedOver() {
    Reply reply =
        decode(
            "{'type':'news'}",
            "{'type':'content_block_start','index':0,'content_block':{'type':'server_tool_use'}}",
            "{'type':'content_block_delta','index':0,'delta':{'type':'x_delta','x':{'y':[1]}}}",
            blockStop(0),
            stopped("end_turn"),
            STOP);
    assertThat(reply.parts()).isEmpty();
    assertThat(reply.finish()).isEqualTo(Finish.END);
  }

  @ParameterizedTest
  @CsvSource({
    "overloaded_error,OVERLOADED",
    "api_error,OVERLOADED",
    "rate_limit_error,RATE_LIMITED",
    "authentication_error,UNAUTHORIZED",
    "permission_error,UNAUTHORIZED",
    "invalid_request_error,REJECTED"
  })
  void errorInMidStreamIsTranslated(String type, Kind kind) {
    assertFailure(
        kind, "Sorry", "{'type':'error','error':{'type':'" + type + "','message':'Sorry'}}");
  }

  @Test
  void aPromptThatIsTooLongIsToldApart() {
    assertFailure(
        Kind.CONTEXT_FULL,
        "too long",
        "{'type':'error','error':{'type':'invalid_request_error',"
            + "'message':'prompt is too long: 210000 tokens > 200000 maximum'}}");
  }

  @Test
  void deltaOfABlockThatIsNotOpenIsMalformed() {
    assertFailure(Kind.MALFORMED, "block 3", input(3, "{}"));
  }

  @Test
  void aStreamThatEndsBeforeMessageStopIsNoReply() {
    assertThatThrownBy(() -> decode(stopped("end_turn")))
        .isInstanceOfSatisfying(
            Failed.class,
            failed -> {
              assertThat(failed.failure().kind()).isEqualTo(Kind.UNREACHABLE);
              assertThat(failed.failure().message())
                  .isEqualTo("the stream ended before message_stop");
            });
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

  private static String use(int index, String name) {
    return "{'type':'content_block_start','index':%d,'content_block':".formatted(index)
        + "{'type':'tool_use','id':'toolu_%d','name':'%s','input':{}}}".formatted(index, name);
  }

  private static String input(int index, String json) {
    return "{'type':'content_block_delta','index':%d,'delta':".formatted(index)
        + "{'type':'input_json_delta','partial_json':'%s'}}".formatted(json);
  }

  private static String blockStop(int index) {
    return "{'type':'content_block_stop','index':%d}".formatted(index);
  }

  private static String stopped(String reason) {
    return "{'type':'message_delta','delta':{'stop_reason':'" + reason + "'}}";
  }
}
