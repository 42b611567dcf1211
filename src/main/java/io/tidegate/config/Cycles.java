package io.tidegate.config;

import io.tidegate.tool.ToolSettings;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds tools that wait for each other in a circle. */
final class Cycles {
  private final Map<String, ToolSettings> tools;
  private final Set<String> done = new HashSet<>();
  private final Deque<String> path = new ArrayDeque<>();
  private final List<List<String>> found = new ArrayList<>();

  private Cycles(Map<String, ToolSettings> tools) {
    this.tools = tools;
  }

  /** Reports each circle once, at the tool that closes it. */
  static void report(Map<String, Section> sections, Map<String, ToolSettings> tools) {
    var cycles = new Cycles(tools);
    sections.keySet().forEach(cycles::visit);
    for (List<String> cycle : cycles.found) {
      String last = cycle.get(cycle.size() - 2);
      Section section = sections.get(last);
      if (section != null) {
        section.error("after", "makes a circle: " + String.join(" after ", cycle));
      }
    }
  }

  private void visit(String tool) {
    if (path.contains(tool)) {
      found.add(circle(tool));
      return;
    }
    ToolSettings settings = tools.get(tool);
    if (settings == null || !done.add(tool)) {
      return;
    }
    path.addLast(tool);
    settings.contract().after().forEach(this::visit);
    path.removeLast();
  }

  private List<String> circle(String tool) {
    List<String> circle = new ArrayList<>(path);
    circle.subList(0, circle.indexOf(tool)).clear();
    circle.add(tool);
    return circle;
  }
}
