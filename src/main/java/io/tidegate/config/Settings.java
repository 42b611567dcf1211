package io.tidegate.config;

import io.tidegate.guard.GuardSettings;
import io.tidegate.guard.ToolGuardSettings;
import io.tidegate.hook.HookSettings;
import io.tidegate.http.HttpSettings;
import io.tidegate.http.KeySettings;
import io.tidegate.loop.Event;
import io.tidegate.loop.Pin.Route;
import io.tidegate.loop.Pin.Target;
import io.tidegate.model.Provider;
import io.tidegate.run.Agents;
import io.tidegate.run.BudgetSettings;
import io.tidegate.run.GatewayLimits;
import io.tidegate.run.ReplicaSettings;
import io.tidegate.run.Retention.Ages;
import io.tidegate.run.TenantLimits;
import io.tidegate.session.RedisSettings;
import io.tidegate.tool.ToolSettings;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The whole configuration, validated. It prints names alone, so that no secret can show.
 *
 * @param drain how long a stop waits for what is under way
 * @param reloadMs how often to look whether there is another configuration, in milliseconds, or
 *     null for never
 * @param budgets what tenants and agents may use
 * @param ages how long sessions are kept
 * @param hooks whom to tell what
 * @param telemetry what others see of the gateway
 * @param providers by name
 * @param routes models by name, each with the targets that can be asked, or with all of its targets
 *     if none can
 * @param guards how carefully models are asked
 * @param tools by name, those that are built in included
 * @param toolGuards how carefully tools are called
 * @param agents by name
 * @param warnings what was left out or has no effect, with file, line and key
 * @param routesWithoutKey the routes none of whose targets can be asked for want of a key
 */
public record Settings(
    HttpSettings http,
    RedisSettings redis,
    GatewayLimits limits,
    ReplicaSettings replica,
    Duration drain,
    @Nullable Long reloadMs,
    TenantLimits tenants,
    BudgetSettings budgets,
    Ages ages,
    HookSettings hooks,
    Telemetry telemetry,
    Map<String, Provider> providers,
    Map<String, Route> routes,
    GuardSettings guards,
    Map<String, ToolSettings> tools,
    ToolGuardSettings toolGuards,
    SortedMap<String, Agent> agents,
    List<String> warnings,
    Set<String> routesWithoutKey)
    implements Agents {
  public Settings {
    providers = Map.copyOf(providers);
    routes = Map.copyOf(routes);
    tools = Map.copyOf(tools);
    agents = Collections.unmodifiableSortedMap(new TreeMap<>(agents));
    warnings = List.copyOf(warnings);
    routesWithoutKey = Set.copyOf(routesWithoutKey);
  }

  /** Whether a target can be asked: it has a key, or its provider is an own server. */
  public boolean usable(Target target) {
    Provider provider = providers.get(target.provider());
    return provider != null && ProviderReader.usable(provider);
  }

  /** What OpenTelemetry's conventions call a provider, as far as its protocol tells. */
  public String conventionalName(String provider) {
    var known = providers.get(provider);
    if (known == null) {
      return provider;
    }
    return switch (known.protocol()) {
      case OPENAI_CHAT -> "openai";
      case ANTHROPIC -> "anthropic";
    };
  }

  /** The tenants that somebody has written down. */
  public Set<String> namedTenants() {
    var names = new TreeSet<>(tenants.concurrentRuns().keySet());
    names.addAll(budgets.tenants().keySet());
    http.keys().all().forEach(key -> names.add(key.tenant()));
    names.add(KeySettings.DEFAULT_TENANT);
    return names;
  }

  @Override
  public Optional<Agent> find(String name) {
    return Optional.ofNullable(agents.get(name));
  }

  @Override
  public List<Agent> all() {
    return List.copyOf(agents.values());
  }

  @Override
  public @Nullable String refusal(Event.Hook hook) {
    return hooks.refusal(hook);
  }

  @Override
  public String toString() {
    return "Settings[http=%s, providers=%s, models=%s, tools=%s, agents=%s]"
        .formatted(http, sorted(providers), sorted(routes), sorted(tools), agents.keySet());
  }

  private static Set<String> sorted(Map<String, ?> map) {
    return new TreeMap<>(map).keySet();
  }
}
