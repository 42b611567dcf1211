package io.tidegate.config;

import io.tidegate.model.Provider;
import io.tidegate.model.Provider.Protocol;
import io.tidegate.run.Quotas.Rates;
import io.tidegate.run.Secret;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads the providers of models.yaml. */
final class ProviderReader {
  private static final Set<String> OFFICIAL = Set.of("api.openai.com", "api.anthropic.com");
  private static final int CONNECTIONS = 1_000;
  private static final long MOST_RATE = 1_000_000_000_000L;

  private final Report report;
  private final Environment environment;
  private final Map<String, Rates> rates = new LinkedHashMap<>();

  ProviderReader(Report report, Environment environment) {
    this.report = report;
    this.environment = environment;
  }

  /** The providers of the file; without any, {@code openai} and {@code claude} by environment. */
  Map<String, Provider> read(Section file) {
    Map<String, Provider> found = new LinkedHashMap<>();
    file.named("providers").forEach((name, section) -> found.put(name, provider(name, section)));
    if (!file.has("providers")) {
      found.put("openai", standard("openai", Protocol.OPENAI_CHAT));
      found.put("claude", standard("claude", Protocol.ANTHROPIC));
    }
    return found;
  }

  /** Whether a provider answers without a key: all do but the public ones. */
  static boolean usable(Provider provider) {
    return provider.hasKey() || !official(provider);
  }

  static boolean official(Provider provider) {
    return OFFICIAL.contains(provider.baseUrl().getHost());
  }

  private Provider standard(String name, Protocol protocol) {
    var at = Place.file(Folder.MODELS).key("providers").key(name);
    return provider(name, protocol, Section.empty(report, at, "providers.*"));
  }

  private Provider provider(String name, Section section) {
    return provider(
        name, section.choice("protocol", Protocol.class).required(Protocol.OPENAI_CHAT), section);
  }

  /** The environment's key goes to the environment's address alone, never to another. */
  private Provider provider(String name, Protocol protocol, Section section) {
    Value<URI> url = section.url("base-url");
    section.section("limits").ifPresent(limits -> rates.put(name, ratesOf(limits)));
    URI base =
        base(protocol, url.present() ? url.orElse(official(protocol)) : environmentUrl(protocol));
    return new Provider(
        name,
        protocol,
        base,
        keys(section, url.present() ? Secret.NONE : environmentKey(protocol)),
        Headers.read(section, "headers", report),
        section.integer("connections", 1, 100_000).orElse(CONNECTIONS),
        promptCacheKey(section, protocol, base));
  }

  /** Servers that are only compatible may refuse a field that they do not know. */
  private static boolean promptCacheKey(Section section, Protocol protocol, URI base) {
    Value<Boolean> said = section.flag("prompt-cache-key");
    if (said.present() && protocol != Protocol.OPENAI_CHAT) {
      section.error("prompt-cache-key", "belongs to protocol: openai-chat");
    }
    return said.orElse(
        protocol == Protocol.OPENAI_CHAT && official(protocol).getHost().equals(base.getHost()));
  }

  private static List<Secret> keys(Section section, Secret standard) {
    List<Secret> several = section.secrets("api-keys");
    if (section.has("api-keys") && section.has("api-key")) {
      section.error("api-keys", "stands beside api-key; name all keys in one place");
    }
    if (several.stream().distinct().count() < several.size()) {
      section.error("api-keys", "names a key twice");
    }
    return several.isEmpty() ? List.of(section.secret("api-key").orElse(standard)) : several;
  }

  /** The most that each key of the providers that were read may ask of each model, by name. */
  Map<String, Rates> rates() {
    return rates;
  }

  private static Rates ratesOf(Section limits) {
    return new Rates(
        limits.whole("requests-per-minute", 1, MOST_RATE).orElse(0L),
        limits.whole("tokens-per-minute", 1, MOST_RATE).orElse(0L));
  }

  private Secret environmentKey(Protocol protocol) {
    return environment.secret(prefix(protocol) + "_API_KEY").orElse(Secret.NONE);
  }

  private URI environmentUrl(Protocol protocol) {
    return environment.url(prefix(protocol) + "_BASE_URL").orElse(official(protocol));
  }

  private static String prefix(Protocol protocol) {
    return switch (protocol) {
      case OPENAI_CHAT -> "OPENAI";
      case ANTHROPIC -> "ANTHROPIC";
    };
  }

  private static URI official(Protocol protocol) {
    return switch (protocol) {
      case OPENAI_CHAT -> URI.create("https://api.openai.com/v1");
      case ANTHROPIC -> URI.create("https://api.anthropic.com");
    };
  }

  /** The address without the end that the protocol's client adds itself. */
  private static URI base(Protocol protocol, URI url) {
    String text = withoutEnd(url.toString(), "/");
    return URI.create(
        switch (protocol) {
          case OPENAI_CHAT -> text;
          case ANTHROPIC -> withoutEnd(text, "/v1");
        });
  }

  private static String withoutEnd(String text, String end) {
    return text.endsWith(end) ? text.substring(0, text.length() - end.length()) : text;
  }
}
