package io.tidegate.config;

import io.tidegate.conversation.SideEffect;
import io.tidegate.guard.BreakerSettings;
import io.tidegate.guard.ToolGuardSettings;
import io.tidegate.guard.ToolGuardSettings.Cache;
import io.tidegate.guard.ToolGuardSettings.Care;
import io.tidegate.guard.ToolGuardSettings.Server;
import io.tidegate.tool.ToolSettings;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads how carefully a tool is called. Tools of one server share its breaker and its retry budget:
 * what they say of those must be the same, and a tool that says nothing agrees with all.
 */
final class ToolGuardReader {
  private final Map<String, Care> tools = new HashMap<>();
  private final Map<String, Server> servers = new HashMap<>();
  private final Map<String, String> saidBy = new HashMap<>();

  /**
   * Notes what the tool's section says.
   *
   * @param cluster how many calls all replicas send at a time, or 0
   * @param retry its retry section
   */
  void read(String name, Section section, ToolSettings tool, int cluster, Optional<Section> retry) {
    Cache cache = cache(section, tool);
    Double budget = retry.map(one -> one.percent("budget").orNull()).orElse(null);
    Server server = server(section, budget);
    String where = tool.server();
    if (where == null) {
      if (section.has("breaker") || section.has("cache")) {
        section.error(
            section.has("breaker") ? "breaker" : "cache", "has no place with a built-in tool");
      }
      return;
    }
    tools.put(name, new Care(where, cluster, cache));
    if (section.has("breaker") || budget != null) {
      agree(name, section, where, server);
    }
  }

  /** What all tools say. */
  ToolGuardSettings found() {
    return new ToolGuardSettings(tools, servers);
  }

  private void agree(String name, Section section, String where, Server server) {
    Server known = servers.putIfAbsent(where, server);
    if (known != null && !known.equals(server)) {
      section.error(
          section.has("breaker") ? "breaker" : "retry",
          "differs from what the tool '%s' says of the same server, %s; name it once"
              .formatted(saidBy.get(where), where));
    }
    saidBy.putIfAbsent(where, name);
  }

  private static Server server(Section tool, @Nullable Double budget) {
    return new Server(
        tool.section("breaker")
            .map(breaker -> HealthReader.breaker(breaker, BreakerSettings.DEFAULT))
            .orElse(BreakerSettings.DEFAULT),
        budget == null ? Server.DEFAULT.retryBudget() : budget);
  }

  private static @Nullable Cache cache(Section tool, ToolSettings settings) {
    return tool.section("cache")
        .map(
            cache -> {
              if (settings.contract().effect() != SideEffect.READ) {
                tool.error("cache", "belongs to effect: read, as others change something");
              }
              return new Cache(
                  cache.duration("ttl").required(1L),
                  cache.choice("scope", Scope.class).orElse(Scope.TENANT) == Scope.SESSION,
                  settings.transform());
            })
        .orElse(null);
  }

  private enum Scope {
    TENANT,
    SESSION
  }
}
