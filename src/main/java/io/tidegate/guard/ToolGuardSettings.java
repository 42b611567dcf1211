package io.tidegate.guard;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How carefully tools are called.
 *
 * @param tools by their names in the configuration
 * @param servers by scheme, host and port
 */
public record ToolGuardSettings(Map<String, Care> tools, Map<String, Server> servers) {
  public static final ToolGuardSettings NONE = new ToolGuardSettings(Map.of(), Map.of());

  public ToolGuardSettings {
    tools = Map.copyOf(tools);
    servers = Map.copyOf(servers);
  }

  /**
   * What goes for one tool.
   *
   * @param server where it is executed, as scheme, host and port
   * @param cluster how many of its calls all replicas send at a time; 0 for no limit
   * @param cache how long its results are good for equal calls, or null if they are not
   */
  public record Care(String server, int cluster, @Nullable Cache cache) {}

  /**
   * What goes for all tools of one server.
   *
   * @param retryBudget the share of its calls that may be retries, from 0 to 1
   */
  public record Server(BreakerSettings breaker, double retryBudget) {
    public static final Server DEFAULT = new Server(BreakerSettings.DEFAULT, 0.2);
  }

  /**
   * Results that are kept for equal calls.
   *
   * @param ttlMs how long they are good, in milliseconds
   * @param session whether they are for the session alone, and not for all of its tenant
   * @param transform what makes the result of what the tool answers: another one makes others
   */
  public record Cache(long ttlMs, boolean session, String transform) {}

  /**
   * These in place of others, but for the servers that there were: they may be in use, and stay as
   * they are.
   */
  public ToolGuardSettings after(ToolGuardSettings before) {
    var all = new HashMap<>(servers);
    all.putAll(before.servers);
    before.callees().forEach(server -> all.put(server, before.server(server)));
    return new ToolGuardSettings(tools, all);
  }

  /** The servers at which tools are called, by scheme, host and port. */
  public Set<String> callees() {
    return tools.values().stream().map(Care::server).collect(Collectors.toSet());
  }

  /** The server's, or the usual ones. */
  public Server server(String name) {
    return servers.getOrDefault(name, Server.DEFAULT);
  }
}
