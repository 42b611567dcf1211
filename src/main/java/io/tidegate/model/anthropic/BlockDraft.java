package io.tidegate.model.anthropic;

import io.tidegate.conversation.Json;
import io.tidegate.model.wire.CallDraft;
import io.tidegate.model.wire.JsonIo;
import io.tidegate.model.wire.ReplyDraft;
import io.tidegate.model.wire.TextDraft;
import io.tidegate.model.wire.ThoughtDraft;
import java.io.IOException;
import java.io.UncheckedIOException;

/** A content block while it grows. */
sealed interface BlockDraft {

  /** Opens the block that an event starts. A kind that is not known is passed over. */
  static BlockDraft open(StreamEvent.Block start, ReplyDraft reply) {
    return switch (start.type) {
      case "text" -> new OfText(reply, start);
      case "tool_use" -> new OfCall(reply, start);
      case "thinking" -> new OfThought(reply, start);
      case "redacted_thinking" -> hidden(reply, start);
      default -> new Ignored();
    };
  }

  void add(String deltaType, String added);

  void stop();

  /** Text. */
  record OfText(TextDraft text) implements BlockDraft {
    OfText(ReplyDraft reply, StreamEvent.Block start) {
      this(reply.openText());
      text.add(start.text);
    }

    @Override
    public void add(String deltaType, String added) {
      if (deltaType.equals("text_delta")) {
        text.add(added);
      }
    }

    @Override
    public void stop() {}
  }

  /** A call. Its input comes in fragments, or from some servers whole as it starts. */
  final class OfCall implements BlockDraft {
    private final CallDraft call;
    private final String input;
    private boolean fragments;

    OfCall(ReplyDraft reply, StreamEvent.Block start) {
      call = reply.openCall();
      call.identify(start.id, start.name);
      input = start.input;
    }

    @Override
    public void add(String deltaType, String added) {
      if (deltaType.equals("input_json_delta")) {
        fragments |= !added.isEmpty();
        call.add(added);
      }
    }

    @Override
    public void stop() {
      if (!fragments && !input.equals("{}")) {
        call.add(input);
      }
      call.end();
    }
  }

  /** A thought and the signature that it must be sent back with. */
  final class OfThought implements BlockDraft {
    private final StringBuilder signature = new StringBuilder();
    private final ThoughtDraft thought;

    OfThought(ReplyDraft reply, StreamEvent.Block start) {
      thought = reply.openThought(AnthropicMessages.NAME, this::block);
      thought.add(start.text);
      signature.append(start.signature);
    }

    @Override
    public void add(String deltaType, String added) {
      switch (deltaType) {
        case "thinking_delta" -> thought.add(added);
        case "signature_delta" -> thought.addHidden(signature, added);
        default -> {}
      }
    }

    @Override
    public void stop() {}

    private Json block(String text) {
      return signature.isEmpty()
          ? Json.NULL
          : object("thinking", "thinking", text, "signature", signature.toString());
    }
  }

  /** A block that is not looked into. */
  record Ignored() implements BlockDraft {
    @Override
    public void add(String deltaType, String added) {}

    @Override
    public void stop() {}
  }

  private static BlockDraft hidden(ReplyDraft reply, StreamEvent.Block start) {
    Json block = object("redacted_thinking", "data", start.data);
    reply.openThought(AnthropicMessages.NAME, text -> block);
    return new Ignored();
  }

  private static Json object(String type, String... fields) {
    try {
      return new Json(
          JsonIo.text(
              out -> {
                out.writeStartObject();
                out.writeStringField("type", type);
                for (int i = 0; i < fields.length; i += 2) {
                  out.writeStringField(fields[i], fields[i + 1]);
                }
                out.writeEndObject();
              }));
    } catch (IOException e) {
      throw new UncheckedIOException("a string in memory cannot be written to", e);
    }
  }
}
