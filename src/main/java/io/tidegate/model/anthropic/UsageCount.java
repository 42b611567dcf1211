package io.tidegate.model.anthropic;

import static io.tidegate.model.wire.JsonIo.eachField;
import static io.tidegate.model.wire.JsonIo.number;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.tidegate.conversation.Usage;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The tokens as the provider counts them while a reply grows. Each count is of the whole reply so
 * far, so the latest holds. {@code input_tokens} are those that no cache had a part in.
 */
final class UsageCount {
  private boolean counted;
  private long uncached;
  private long cacheReads;
  private long cacheWrites;
  private long output;
  private long thinking;

  void read(JsonParser in) throws IOException {
    counted |= in.hasToken(JsonToken.START_OBJECT);
    eachField(in, name -> field(name, in));
  }

  /** The usage, or null if the provider said nothing of it. */
  @Nullable Usage usage() {
    long input = uncached + cacheReads + cacheWrites;
    return counted ? new Usage(input, cacheReads, cacheWrites, output, thinking) : null;
  }

  private void field(String name, JsonParser in) throws IOException {
    switch (name) {
      case "input_tokens" -> uncached = number(in, uncached);
      case "cache_read_input_tokens" -> cacheReads = number(in, cacheReads);
      case "cache_creation_input_tokens" -> cacheWrites = number(in, cacheWrites);
      case "output_tokens" -> output = number(in, output);
      case "output_tokens_details" -> eachField(in, detail -> detail(detail, in));
      default -> in.skipChildren();
    }
  }

  private void detail(String name, JsonParser in) throws IOException {
    if (name.equals("thinking_tokens")) {
      thinking = number(in, thinking);
    } else {
      in.skipChildren();
    }
  }
}
