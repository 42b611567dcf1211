package io.tidegate.model.openai;

import static io.tidegate.model.wire.JsonIo.eachField;
import static io.tidegate.model.wire.JsonIo.number;

import com.fasterxml.jackson.core.JsonParser;
import io.tidegate.conversation.Usage;
import java.io.IOException;

/** Reads a {@code usage} object. */
final class OpenAiUsage {
  private long prompt;
  private long cached;
  private long completion;
  private long reasoning;

  private OpenAiUsage() {}

  static Usage read(JsonParser in) throws IOException {
    var usage = new OpenAiUsage();
    eachField(in, name -> usage.field(name, in));
    return new Usage(usage.prompt, usage.cached, 0, usage.completion, usage.reasoning);
  }

  private void field(String name, JsonParser in) throws IOException {
    switch (name) {
      case "prompt_tokens" -> prompt = number(in, 0);
      case "completion_tokens" -> completion = number(in, 0);
      case "prompt_tokens_details" -> eachField(in, detail -> promptDetail(detail, in));
      case "completion_tokens_details" -> eachField(in, detail -> completionDetail(detail, in));
      default -> in.skipChildren();
    }
  }

  private void promptDetail(String name, JsonParser in) throws IOException {
    if (name.equals("cached_tokens")) {
      cached = number(in, 0);
    } else {
      in.skipChildren();
    }
  }

  private void completionDetail(String name, JsonParser in) throws IOException {
    if (name.equals("reasoning_tokens")) {
      reasoning = number(in, 0);
    } else {
      in.skipChildren();
    }
  }
}
