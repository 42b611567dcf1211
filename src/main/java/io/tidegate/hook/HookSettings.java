package io.tidegate.hook;

import io.tidegate.loop.Event;
import io.tidegate.run.HookEvent;
import io.tidegate.run.Secret;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Whom to tell what.
 *
 * @param hooks those that the configuration names
 * @param runSecret signs what is posted to webhooks that come with runs; empty if none may
 * @param runHosts the hosts that may be named with a run
 */
public record HookSettings(List<Hook> hooks, Secret runSecret, List<Host> runHosts) {
  public HookSettings {
    hooks = List.copyOf(hooks);
    runHosts = List.copyOf(runHosts);
  }

  /**
   * A webhook of the configuration.
   *
   * @param id tells it from others for good, so that its place in each session outlives restarts
   * @param events what it is told
   * @param agents whose runs; empty means all
   */
  public record Hook(String id, URI url, Secret secret, Set<HookEvent> events, Set<String> agents) {
    public Hook {
      events = Set.copyOf(events);
      agents = Set.copyOf(agents);
    }
  }

  /**
   * Hosts that callers may name.
   *
   * @param name a host's name or address, in lower case; after {@code *.} the end of names, of
   *     which at least one more label goes before it
   * @param port the only port, or -1 for the usual one of http or https
   */
  public record Host(String name, int port) {
    private static final Pattern WRITTEN =
        Pattern.compile("((?:\\*\\.)?[a-z0-9][a-z0-9.-]*|\\[[0-9a-f:.]+])(?::([0-9]{1,5}))?");

    /** Reads {@code host}, {@code *.suffix}, each maybe with a port; null if it is none of them. */
    public static @Nullable Host parse(String text) {
      var written = WRITTEN.matcher(text.toLowerCase(Locale.ROOT));
      if (!written.matches()) {
        return null;
      }
      var port = written.group(2);
      return new Host(written.group(1), port == null ? -1 : Integer.parseInt(port));
    }

    boolean covers(URI url) {
      var host = url.getHost().toLowerCase(Locale.ROOT);
      boolean named = name.startsWith("*.") ? host.endsWith(name.substring(1)) : host.equals(name);
      return named && HookSettings.port(url) == (port >= 0 ? port : usual(url));
    }
  }

  /** Whether a run may bring a webhook. */
  public boolean ofRuns() {
    return !runSecret.isEmpty() && !runHosts.isEmpty();
  }

  /** Whether an event could be one that a webhook is told of. */
  public boolean wants(Event event) {
    var type = HookEvent.of(event);
    return type != null
        && (ofRuns() || hooks.stream().anyMatch(hook -> hook.events().contains(type)));
  }

  /** Why no run may bring that webhook, as a sentence for its caller; null if it may. */
  public @Nullable String refusal(Event.Hook hook) {
    if (runSecret.isEmpty()) {
      return "This gateway takes no webhook with a run: its configuration has no webhook-secret.";
    }
    if (runHosts.isEmpty()) {
      return "This gateway takes no webhook with a run: its configuration has no webhook-hosts.";
    }
    var url = url(hook.url());
    if (url == null) {
      return "A webhook's url must be http or https, with a host and without user or password.";
    }
    return runHosts.stream().anyMatch(host -> host.covers(url))
        ? null
        : "The webhook's host '%s' is not among this gateway's webhook-hosts."
            .formatted(url.getRawAuthority());
  }

  /** An HTTP URL without a user, or null. */
  static @Nullable URI url(String text) {
    try {
      var url = new URI(text);
      boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
      return http && url.getHost() != null && url.getRawUserInfo() == null ? url : null;
    } catch (URISyntaxException _) {
      return null;
    }
  }

  /** The port that a URL means. */
  static int port(URI url) {
    if (url.getPort() >= 0) {
      return url.getPort();
    }
    return usual(url);
  }

  private static int usual(URI url) {
    return "https".equals(url.getScheme()) ? 443 : 80;
  }
}
