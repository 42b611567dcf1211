package io.tidegate.model.openai;

import static io.tidegate.model.wire.JsonIo.eachField;
import static io.tidegate.model.wire.JsonIo.string;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.tidegate.conversation.Finish;
import io.tidegate.conversation.Reply;
import io.tidegate.conversation.Usage;
import io.tidegate.model.wire.Decoder;
import io.tidegate.model.wire.Failures;
import io.tidegate.model.wire.JsonIo;
import io.tidegate.model.wire.ReplyDraft;
import io.tidegate.model.wire.ReportedError;
import io.tidegate.model.wire.TextDraft;
import io.tidegate.model.wire.ThoughtDraft;
import io.tidegate.run.Model.Ask;
import io.tidegate.run.Model.Failed;
import io.tidegate.run.Model.Sink;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads a stream of {@code chat.completion.chunk} objects up to {@code [DONE]}.
 *
 * <p>Only one choice is ever asked for, so a choice's index is not looked at.
 */
final class OpenAiDecoder implements Decoder {
  private static final byte[] DONE = "[DONE]".getBytes(StandardCharsets.US_ASCII);

  private final ReplyDraft draft;
  private final CallFragments calls;
  private @Nullable TextDraft text;
  private @Nullable ThoughtDraft thought;
  private @Nullable Finish finish;
  private @Nullable Usage usage;
  private String model = "";
  private boolean refused;
  private boolean ended;

  OpenAiDecoder(Ask ask, Sink sink) {
    this.draft = new ReplyDraft(ask, sink);
    this.calls = new CallFragments(draft);
  }

  @Override
  public void event(byte[] data, int start, int end) throws IOException {
    if (start == end) {
      return;
    }
    if (Arrays.equals(data, start, end, DONE, 0, DONE.length)) {
      ended = true;
      return;
    }
    JsonIo.object(data, start, end, this::chunk);
    if (finish != null) {
      draft.finish(finish);
    }
  }

  @Override
  public boolean ended() {
    return ended;
  }

  @Override
  public Reply reply() {
    if (finish == null && !ended) {
      throw Failures.endedBefore("its finish_reason");
    }
    return draft.reply(finish == null ? Finish.END : finish, usage, model);
  }

  private void chunk(String name, JsonParser in) throws IOException {
    switch (name) {
      case "model" -> model(string(in));
      case "choices" -> choices(in);
      case "usage" -> usage(in);
      case "error" -> error(in);
      default -> in.skipChildren();
    }
  }

  private void model(String name) {
    if (model.isEmpty()) {
      model = name;
    }
  }

  private void choices(JsonParser in) throws IOException {
    if (!in.hasToken(JsonToken.START_ARRAY)) {
      in.skipChildren();
      return;
    }
    while (in.nextToken() != JsonToken.END_ARRAY) {
      eachField(in, name -> choice(name, in));
    }
  }

  private void choice(String name, JsonParser in) throws IOException {
    switch (name) {
      case "delta" -> eachField(in, field -> delta(field, in));
      case "finish_reason" -> finish(string(in));
      default -> in.skipChildren();
    }
  }

  private void delta(String name, JsonParser in) throws IOException {
    switch (name) {
      case "content" -> content(in);
      case "refusal" -> refusal(string(in));
      case "reasoning_content", "reasoning" -> thought(string(in));
      case "tool_calls" -> calls.readAll(in);
      case "function_call" -> calls.readLegacy(in);
      default -> in.skipChildren();
    }
  }

  private void content(JsonParser in) throws IOException {
    if (in.hasToken(JsonToken.START_ARRAY)) {
      throw Failures.malformed("the content of a delta is a list, where the protocol has a string");
    }
    text(string(in));
  }

  private void refusal(String delta) {
    refused |= !delta.isEmpty();
    text(delta);
  }

  private void text(String delta) {
    if (delta.isEmpty()) {
      return;
    }
    if (text == null) {
      text = draft.openText();
    }
    text.add(delta);
  }

  private void thought(String delta) {
    if (delta.isEmpty()) {
      return;
    }
    if (thought == null) {
      thought = draft.openThought(OpenAiChat.NAME);
    }
    thought.add(delta);
  }

  private void finish(String reason) {
    if (reason.isEmpty()) {
      return;
    }
    finish =
        switch (reason) {
          case "length" -> Finish.LENGTH;
          case "content_filter" -> Finish.REFUSED;
          case "tool_calls", "function_call" -> Finish.CALLS;
          case "error", "insufficient_system_resource" -> throw failedWithin(reason);
          // "stop", and the names that compatible servers have for it
          default -> refused ? Finish.REFUSED : Finish.END;
        };
  }

  private static Failed failedWithin(String reason) {
    return new Failed(new ReportedError(reason, "finish_reason '" + reason + "'").inStream());
  }

  private void usage(JsonParser in) throws IOException {
    if (in.hasToken(JsonToken.START_OBJECT)) {
      usage = OpenAiUsage.read(in);
    }
  }

  private static void error(JsonParser in) throws IOException {
    var error = JsonIo.tree(in);
    if (!error.isNull()) {
      throw new Failed(ReportedError.of(error).inStream());
    }
  }
}
