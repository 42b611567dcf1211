package io.tidegate.run;

import io.tidegate.conversation.Contract;
import io.tidegate.conversation.Json;
import io.tidegate.conversation.Message;
import io.tidegate.conversation.Part;
import io.tidegate.conversation.ToolCall;
import io.tidegate.loop.Event.Estimate;
import io.tidegate.loop.Spending.Counted;
import io.tidegate.run.Model.Ask;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The most that a question can cost, whatever the provider's tokenizer is. No tokenizer in use
 * makes more than one token of a byte of UTF-8; what providers put around messages, calls and tools
 * is allowed for. Where the provider has counted an earlier question of the run, only what was
 * added since is taken at its length in bytes.
 */
final class InputBound {
  /**
   * What is around everything: what providers tell a model about tools (Anthropic documents up to
   * 530 tokens), and what the gateway says about the output schema and the state.
   */
  private static final long QUESTION = 1_024;

  private static final long MESSAGE = 16;
  private static final long CALL = 32;
  private static final long TOOL = 32;

  private InputBound() {}

  /** The most that the question and its answer can come to. */
  static Estimate of(Ask ask, int target, @Nullable Counted counted) {
    long input = tokens(ask, target, counted);
    long output = ask.target().maxOutput();
    return new Estimate(input, output, ask.target().price().atMost(input, output));
  }

  private static long tokens(Ask ask, int target, @Nullable Counted counted) {
    // The state may be another by now.
    long state = ask.state() == null ? 0 : utf8(ask.state().text());
    if (counted != null
        && counted.target() == target
        && counted.messages() <= ask.transcript().size()) {
      return counted.input() + QUESTION + state + added(ask.transcript(), counted.messages());
    }
    return QUESTION + state + fixed(ask) + added(ask.transcript(), 0);
  }

  /** What is the same in every question of a run. */
  private static long fixed(Ask ask) {
    long bytes = utf8(ask.instructions()) + (ask.output() == null ? 0 : utf8(ask.output().text()));
    for (Contract tool : ask.tools()) {
      bytes += TOOL + utf8(tool.name()) + utf8(tool.description()) + utf8(tool.input().text());
    }
    return bytes;
  }

  private static long added(List<Message> transcript, int from) {
    long bytes = 0;
    long ids = 0;
    for (int i = from; i < transcript.size(); i++) {
      switch (transcript.get(i)) {
        case Message.User(var text) -> bytes += MESSAGE + utf8(text);
        case Message.Assistant(var parts) -> {
          ids = Part.calls(parts).stream().mapToLong(InputBound::ids).sum();
          bytes += MESSAGE + parts.stream().mapToLong(InputBound::part).sum();
        }
        case Message.Results(var results) -> {
          bytes += ids;
          for (var result : results) {
            bytes += MESSAGE + CALL + utf8(result.content().text());
          }
        }
      }
    }
    return bytes;
  }

  private static long part(Part part) {
    return switch (part) {
      case Part.Text(var text) -> MESSAGE + utf8(text);
      case Part.Reasoning(var text, var _, var opaque) ->
          MESSAGE + utf8(text) + utf8(opaque.text());
      // What is no JSON object is sent as a JSON string, which is longer.
      case Part.Call(var call) ->
          CALL + utf8(call.tool()) + ids(call) + utf8(Json.string(call.arguments()).text());
    };
  }

  private static long ids(ToolCall call) {
    return utf8(call.wireId()) + utf8(call.id());
  }

  /** The length in UTF-8; half a surrogate pair counts as what takes its place. */
  static long utf8(String text) {
    long bytes = text.length();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        // A pair is four bytes: two for each half of it, one of which is counted already.
        bytes += c < 0x800 || paired(text, i) ? 1 : 2;
      }
    }
    return bytes;
  }

  private static boolean paired(String text, int i) {
    char c = text.charAt(i);
    return Character.isHighSurrogate(c)
        ? i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))
        : Character.isLowSurrogate(c) && i > 0 && Character.isHighSurrogate(text.charAt(i - 1));
  }
}
