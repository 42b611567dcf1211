package io.tidegate.config;

import io.tidegate.http.KeySettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What becomes of a running gateway's settings when another configuration is read: what can be
 * replaced is the other's, all else stays as it is until a restart.
 *
 * @param settings what goes from now on
 * @param changed what is replaced, in words for the log
 * @param waiting what waits for a restart: keys of the configuration
 */
public record Renewal(Settings settings, List<String> changed, List<String> waiting) {
  /** What is read at the start alone. */
  private record Fixed(String keys, Function<Settings, ?> of) {}

  private static final List<Fixed> FIXED =
      List.of(
          new Fixed("http and management, but for keys", Renewal::doors),
          new Fixed("redis.url, redis.data and redis.connections", Settings::redis),
          new Fixed("limits", Settings::limits),
          new Fixed("lease and redis.wait-replicas", Settings::replica),
          new Fixed("drain", Settings::drain),
          new Fixed("reload", Renewal::reload),
          new Fixed("tenants.*.concurrent-runs", Settings::tenants),
          new Fixed("budgets, and the budget of tenants and agents", Settings::budgets),
          new Fixed("retention of the gateway and of agents", Settings::ages),
          new Fixed("webhooks, webhook-secret and webhook-hosts", Settings::hooks),
          new Fixed("tracing, logging and audit", Settings::telemetry));

  public Renewal {
    changed = List.copyOf(changed);
    waiting = List.copyOf(waiting);
  }

  /**
   * Puts both together.
   *
   * @param started what the gateway was started with
   * @param running what it goes by now
   * @param read the other configuration
   * @throws InvalidConfig if the other one must not be used without a restart
   */
  public static Renewal of(Settings started, Settings running, Settings read) {
    mustNotOpen(started, read);
    var settings = merged(running, read);
    return new Renewal(settings, changed(running, settings), waiting(started, settings, read));
  }

  /**
   * Without keys everybody may do everything, which is for callers on this machine alone: a gateway
   * that listens where it would not have without keys must keep one.
   */
  private static void mustNotOpen(Settings started, Settings read) {
    var host = started.http().apiHost();
    boolean open = !started.http().withKeys(KeySettings.NONE).apiHost().equals(host);
    if (open && read.http().keys().isEmpty()) {
      throw new InvalidConfig(
          List.of(
              Folder.GATEWAY
                  + " keys: has none any more, while the API listens on "
                  + host
                  + ": leave one, or restart the gateway"));
    }
  }

  private static Settings merged(Settings running, Settings read) {
    return new Settings(
        running.http().withKeys(read.http().keys()),
        running.redis(),
        running.limits(),
        running.replica(),
        running.drain(),
        running.reloadMs(),
        running.tenants(),
        running.budgets(),
        running.ages(),
        running.hooks(),
        running.telemetry(),
        read.providers(),
        read.routes(),
        read.guards().after(running.guards()),
        read.tools(),
        read.toolGuards().after(running.toolGuards()),
        read.agents(),
        read.warnings(),
        read.routesWithoutKey());
  }

  private static List<String> changed(Settings before, Settings after) {
    var changed = new ArrayList<String>();
    if (!before.http().keys().equals(after.http().keys())) {
      changed.add("keys");
    }
    changed.addAll(named("provider", providers(before), providers(after)));
    changed.addAll(named("model", before.routes(), after.routes()));
    changed.addAll(named("tool", tools(before), tools(after)));
    changed.addAll(named("agent", before.agents(), after.agents()));
    return changed;
  }

  private static Map<String, ?> providers(Settings settings) {
    return joined(settings.providers(), settings.guards().providers());
  }

  private static Map<String, ?> tools(Settings settings) {
    return joined(settings.tools(), settings.toolGuards().tools());
  }

  /** All that two maps say of each of the first one's names. */
  private static Map<String, ?> joined(Map<String, ?> one, Map<String, ?> other) {
    return one.entrySet().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey,
                entry ->
                    List.of(entry.getValue(), Optional.ofNullable(other.get(entry.getKey())))));
  }

  /** Those that are new, gone or different. */
  private static List<String> named(String kind, Map<String, ?> before, Map<String, ?> after) {
    var names = new TreeSet<>(before.keySet());
    names.addAll(after.keySet());
    return names.stream()
        .filter(name -> !Objects.equals(before.get(name), after.get(name)))
        .map(name -> kind + " " + name)
        .toList();
  }

  private static List<String> waiting(Settings started, Settings now, Settings read) {
    var waiting = new ArrayList<String>();
    FIXED.forEach(
        fixed -> {
          if (!Objects.equals(fixed.of.apply(started), fixed.of.apply(read))) {
            waiting.add(fixed.keys);
          }
        });
    read.guards().targets().entrySet().stream()
        .filter(target -> !target.getValue().equals(now.guards().targets().get(target.getKey())))
        .map(target -> "breaker, concurrency and retry.budget of the target " + target.getKey())
        .sorted()
        .forEach(waiting::add);
    read.toolGuards().callees().stream()
        .filter(server -> !read.toolGuards().server(server).equals(now.toolGuards().server(server)))
        .map(server -> "breaker and retry.budget of the tools at " + server)
        .sorted()
        .forEach(waiting::add);
    return waiting;
  }

  /** Whether there is a key decides where the API listens, and that is decided at the start. */
  private static List<Object> doors(Settings settings) {
    var http = settings.http();
    return List.of(http.withKeys(KeySettings.NONE), http.apiHost());
  }

  private static String reload(Settings settings) {
    return String.valueOf(settings.reloadMs());
  }
}
