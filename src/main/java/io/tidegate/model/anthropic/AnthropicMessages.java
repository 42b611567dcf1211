package io.tidegate.model.anthropic;

import io.tidegate.model.wire.Decoder;
import io.tidegate.model.wire.Dialect;
import io.tidegate.model.wire.Endpoints;
import io.tidegate.run.Model.Ask;
import io.tidegate.run.Model.Sink;
import java.net.URI;
import java.util.Map;

/** The Messages protocol of Anthropic. */
public final class AnthropicMessages implements Dialect {
  /** The protocol's name in configuration and journal. */
  public static final String NAME = "anthropic";

  private static final String VERSION = "2023-06-01";

  /** Base addresses are written with and without {@code /v1}; both mean the same. */
  @Override
  public URI endpoint(URI base) {
    boolean versioned = Endpoints.folder(base).endsWith("/v1");
    return Endpoints.below(base, versioned ? "/messages" : "/v1/messages");
  }

  @Override
  public Map<String, String> headers(String apiKey) {
    return apiKey.isEmpty()
        ? Map.of("anthropic-version", VERSION)
        : Map.of("anthropic-version", VERSION, "x-api-key", apiKey);
  }

  @Override
  public byte[] request(Ask ask) {
    return new AnthropicRequest(ask).bytes();
  }

  @Override
  public Decoder decoder(Ask ask, Sink sink) {
    return new AnthropicDecoder(ask, sink);
  }
}
