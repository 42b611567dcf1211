package io.tidegate.model;

import io.tidegate.run.Secret;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * Where a provider is reached and how it wants to be spoken to.
 *
 * @param name its name in the configuration
 * @param protocol what it speaks
 * @param baseUrl the address before {@code /chat/completions} or {@code /v1/messages}
 * @param apiKeys at least one, each sent as the protocol asks; an empty one is not sent
 * @param headers headers to add to every request
 * @param connections the most connections that one event loop keeps to it
 * @param promptCacheKey whether questions say which of them begin alike, in a field that servers
 *     may refuse
 */
public record Provider(
    String name,
    Protocol protocol,
    URI baseUrl,
    List<Secret> apiKeys,
    Map<String, Secret> headers,
    int connections,
    boolean promptCacheKey) {

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
    apiKeys = List.copyOf(apiKeys);
    headers = Map.copyOf(headers);
    if (apiKeys.isEmpty()) {
      throw new IllegalArgumentException("a provider has a key, be it an empty one");
    }
  }

  /** One with one key that is told what every server knows. */
  public Provider(
      String name,
      Protocol protocol,
      URI baseUrl,
      Secret apiKey,
      Map<String, Secret> headers,
      int connections) {
    this(name, protocol, baseUrl, List.of(apiKey), headers, connections, false);
  }

  /** Whether it has a key to send. */
  public boolean hasKey() {
    return apiKeys.stream().anyMatch(key -> !key.isEmpty());
  }

  /**
   * A name for each key, the same on every replica, which tells nothing of it: the beginning of its
   * SHA-256 digest.
   */
  public List<String> keyNames() {
    return apiKeys.stream().map(Provider::nameOf).toList();
  }

  private static String nameOf(Secret key) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      var bytes = digest.digest(key.reveal().strip().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(bytes, 0, 4);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
