package io.tidegate.model.openai;

import io.tidegate.model.wire.Decoder;
import io.tidegate.model.wire.Dialect;
import io.tidegate.model.wire.Endpoints;
import io.tidegate.run.Model.Ask;
import io.tidegate.run.Model.Sink;
import java.net.URI;
import java.util.Map;

/** The Chat Completions protocol of OpenAI and of the many servers that are compatible with it. */
public final class OpenAiChat implements Dialect {
  /** The protocol's name in configuration and journal. */
  public static final String NAME = "openai-chat";

  private final boolean official;
  private final boolean cacheKey;

  /**
   * The protocol as one provider speaks it.
   *
   * @param official whether it is OpenAI itself: its newer models refuse {@code max_tokens}, which
   *     most compatible servers know alone, and its ids are short
   * @param cacheKey whether it knows {@code prompt_cache_key}
   */
  public OpenAiChat(boolean official, boolean cacheKey) {
    this.official = official;
    this.cacheKey = cacheKey;
  }

  @Override
  public URI endpoint(URI base) {
    return Endpoints.below(base, "/chat/completions");
  }

  @Override
  public Map<String, String> headers(String apiKey) {
    return apiKey.isEmpty() ? Map.of() : Map.of("authorization", "Bearer " + apiKey);
  }

  @Override
  public byte[] request(Ask ask) {
    return new OpenAiRequest(ask, official, cacheKey).bytes();
  }

  @Override
  public Decoder decoder(Ask ask, Sink sink) {
    return new OpenAiDecoder(ask, sink);
  }
}
