package io.tidegate.model;

import io.tidegate.run.Secret;
import java.net.URI;
import java.util.Map;

/**
 * Where a provider is reached and how it wants to be spoken to.
 *
 * @param name its name in the configuration
 * @param protocol what it speaks
 * @param baseUrl the address before {@code /chat/completions} or {@code /v1/messages}
 * @param apiKey sent as the protocol asks; empty sends none
 * @param headers headers to add to every request
 * @param connections the most connections that one event loop keeps to it
 */
public record Provider(
    String name,
    Protocol protocol,
    URI baseUrl,
    Secret apiKey,
    Map<String, Secret> headers,
    int connections) {

  /** The wire protocol of a provider. */
  public enum Protocol {
    OPENAI_CHAT("openai-chat"),
    ANTHROPIC("anthropic");

    private final String wire;

    Protocol(String wire) {
      this.wire = wire;
    }

    /** The name in configuration and journal. */
    public String wire() {
      return wire;
    }
  }

  public Provider {
    headers = Map.copyOf(headers);
  }
}
