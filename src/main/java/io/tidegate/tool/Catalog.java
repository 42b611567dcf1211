package io.tidegate.tool;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The tools by name, made ready once for each map of settings. Safe for threads. */
final class Catalog {
  private static final Logger log = LoggerFactory.getLogger(Catalog.class);

  private final Supplier<Map<String, ToolSettings>> settings;
  private final Wire wire;
  private volatile Ready ready;

  /** The tools made from a map of settings. */
  private record Ready(Map<String, ToolSettings> settings, Map<String, ConfiguredTool> tools) {}

  Catalog(Supplier<Map<String, ToolSettings>> settings, Wire wire) {
    this.settings = settings;
    this.wire = wire;
    Map<String, ToolSettings> first = settings.get();
    this.ready = new Ready(first, make(first));
  }

  @Nullable ConfiguredTool find(String name) {
    return current().tools().get(name);
  }

  private Ready current() {
    Map<String, ToolSettings> now = settings.get();
    // By identity: a reload gives another map, and most calls meet none.
    return now == ready.settings() ? ready : renew(now);
  }

  private synchronized Ready renew(Map<String, ToolSettings> now) {
    if (now != ready.settings()) {
      ready = new Ready(now, makeOrKeep(now));
    }
    return ready;
  }

  private Map<String, ConfiguredTool> makeOrKeep(Map<String, ToolSettings> now) {
    try {
      return make(now);
    } catch (IllegalArgumentException e) {
      log.error("The reloaded tools can't be used, so the old ones stay. {}", e.getMessage());
      return ready.tools();
    }
  }

  private Map<String, ConfiguredTool> make(Map<String, ToolSettings> configured) {
    var tools = new HashMap<String, ConfiguredTool>();
    var problems = new ArrayList<String>();
    BuiltIns.settings().forEach((name, tool) -> make(name, tool, tools, problems));
    configured.forEach((name, tool) -> make(name, tool, tools, problems));
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("\n", problems));
    }
    return Map.copyOf(tools);
  }

  private void make(
      String name, ToolSettings tool, Map<String, ConfiguredTool> tools, List<String> problems) {
    try {
      tools.put(name, ConfiguredTool.of(tool, wire));
    } catch (IllegalArgumentException e) {
      problems.add("tool '" + name + "': " + e.getMessage());
    }
  }
}
