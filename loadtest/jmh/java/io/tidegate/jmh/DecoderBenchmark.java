package io.tidegate.jmh;

import io.tidegate.conversation.Reply;
import io.tidegate.conversation.ToolCall;
import io.tidegate.model.Asks;
import io.tidegate.model.anthropic.AnthropicMessages;
import io.tidegate.model.openai.OpenAiChat;
import io.tidegate.model.sse.SseParser;
import io.tidegate.model.wire.Dialect;
import io.tidegate.run.Model.Ask;
import io.tidegate.run.Model.Sink;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** A streamed reply of 43 pieces of text, which come one by one. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class DecoderBenchmark {
  private static final int PIECES = 43;
  private static final int EVENT_BYTES_MAX = 1 << 20;

  @Param({"openai", "anthropic"})
  private String protocol;

  private final Ask ask = Asks.hello();
  private Dialect dialect;
  private byte[][] chunks;

  @Setup
  public void compose() {
    boolean openAi = protocol.equals("openai");
    dialect = openAi ? new OpenAiChat(false, false) : new AnthropicMessages();
    chunks = new byte[PIECES + 2][];
    chunks[0] = bytes(openAi ? OPENAI_FIRST : ANTHROPIC_FIRST);
    for (int i = 1; i <= PIECES; i++) {
      chunks[i] = bytes(openAi ? OPENAI_PIECE : ANTHROPIC_PIECE);
    }
    chunks[PIECES + 1] = bytes(openAi ? OPENAI_LAST : ANTHROPIC_LAST);
  }

  @Benchmark
  public Reply reply(Blackhole hole) throws IOException {
    var decoder = dialect.decoder(ask, new Heard(hole));
    var parser = new SseParser(EVENT_BYTES_MAX, decoder::event);
    for (var chunk : chunks) {
      parser.feed(chunk);
    }
    return decoder.reply();
  }

  private record Heard(Blackhole hole) implements Sink {
    @Override
    public void text(String delta) {
      hole.consume(delta);
    }

    @Override
    public void reasoning(String delta) {
      hole.consume(delta);
    }

    @Override
    public void sealed(ToolCall call) {
      hole.consume(call);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static final String OPENAI_HEAD =
      "data:"
          + " {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1767225600,\"model\":\"two-step\",\"choices\":[";
  private static final String OPENAI_FIRST =
      OPENAI_HEAD
          + "{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}]}\n\n";
  private static final String OPENAI_PIECE =
      OPENAI_HEAD
          + "{\"index\":0,\"delta\":{\"content\":\"nothing\"},\"finish_reason\":null}]}\n\n";
  private static final String OPENAI_LAST =
      OPENAI_HEAD
          + "{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"
          + OPENAI_HEAD
          + "],\"usage\":{\"prompt_tokens\":200,\"completion_tokens\":90,\"total_tokens\":290}}\n\n"
          + "data: [DONE]\n\n";

  private static final String ANTHROPIC_FIRST =
      """
      event: message_start
      data: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"two-step","content":[],"stop_reason":null,"usage":{"input_tokens":200,"output_tokens":1}}}

      event: content_block_start
      data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

      """;
  private static final String ANTHROPIC_PIECE =
      """
      event: content_block_delta
      data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"nothing"}}

      """;
  private static final String ANTHROPIC_LAST =
      """
      event: content_block_stop
      data: {"type":"content_block_stop","index":0}

      event: message_delta
      data: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":90}}

      event: message_stop
      data: {"type":"message_stop"}

      """;
}
