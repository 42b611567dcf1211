package io.tidegate.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tidegate.config.Section.Word;
import io.tidegate.hook.HookSettings;
import io.tidegate.hook.HookSettings.Hook;
import io.tidegate.hook.HookSettings.Host;
import io.tidegate.run.HookEvent;
import io.tidegate.run.Secret;
import java.net.URI;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** Collects the webhooks of the gateway and of the agents. */
final class WebhookReader {
  private static final URI NOWHERE = URI.create("http://localhost");
  private static final String WHSEC = "whsec_";
  private static final String GATEWAY = "";
  private static final int ID_BYTES = 6;

  private final Report report;
  private final List<Hook> hooks = new ArrayList<>();

  WebhookReader(Report report) {
    this.report = report;
  }

  /** Reads those of an agent, which are told of its runs alone. */
  void readAgent(String name, Section file) {
    read(file, section -> Set.of(name), name);
  }

  /** Reads those of gateway.yaml, and whom runs may name; all agents must have been read. */
  HookSettings readGateway(Section file, Names agents) {
    read(file, section -> agents(section, agents), GATEWAY);
    return new HookSettings(
        hooks, readable(file, "webhook-secret").orElse(Secret.NONE), hosts(file));
  }

  private interface Whose {
    Set<String> of(Section webhook);
  }

  private void read(Section file, Whose whose, String owner) {
    for (var webhook : file.sections("webhooks")) {
      var url = webhook.url("url").required(NOWHERE);
      var id = id(owner, url);
      if (hooks.stream().anyMatch(hook -> hook.id().equals(id))) {
        webhook.error("url", "is another webhook's of the same list already");
      }
      var secret = secret(webhook, "secret").required(Secret.NONE);
      hooks.add(new Hook(id, url, secret, events(webhook), whose.of(webhook)));
    }
  }

  private Set<String> agents(Section webhook, Names agents) {
    var words = webhook.words("agents");
    words.forEach(agent -> agents.mustHold(agent.text(), agent.at(), report));
    return words.stream().map(Word::text).collect(Collectors.toSet());
  }

  private static Set<HookEvent> events(Section webhook) {
    var names =
        webhook.words(
            "events",
            HookEvent.names()::contains,
            "must be one of " + String.join(", ", HookEvent.names()));
    var events = EnumSet.noneOf(HookEvent.class);
    names.forEach(name -> HookEvent.named(name.text()).ifPresent(events::add));
    return webhook.has("events") ? events : EnumSet.allOf(HookEvent.class);
  }

  private static Value<Secret> secret(Section section, String key) {
    return readable(section, key).check(secret -> !secret.isEmpty(), "must not be empty");
  }

  private static Value<Secret> readable(Section section, String key) {
    return section.secret(key).check(WebhookReader::readable, "must have Base64 after " + WHSEC);
  }

  private static boolean readable(Secret secret) {
    var text = secret.reveal();
    try {
      return !text.startsWith(WHSEC)
          || Base64.getDecoder().decode(text.substring(WHSEC.length())).length > 0;
    } catch (IllegalArgumentException _) {
      return false;
    }
  }

  private static List<Host> hosts(Section file) {
    return file
        .words(
            "webhook-hosts",
            text -> Host.parse(text) != null,
            "must be a host such as hooks.example.com or *.example.com, maybe with a port")
        .stream()
        .map(word -> Host.parse(word.text()))
        .filter(Objects::nonNull)
        .toList();
  }

  /** The same for the same address, whatever else changes: a hook's place outlives restarts. */
  private static String id(String owner, URI url) {
    try {
      var sha = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha.digest((owner + " " + url).getBytes(UTF_8)), 0, ID_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
