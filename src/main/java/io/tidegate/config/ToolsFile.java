package io.tidegate.config;

import io.tidegate.guard.ToolGuardSettings;
import io.tidegate.tool.ToolSettings;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/** Reads tools.yaml: what agents may call, beside the tools that are built in. */
final class ToolsFile {
  private final Report report;
  private final Parts parts;

  ToolsFile(Report report, Parts parts) {
    this.report = report;
    this.parts = parts;
  }

  /**
   * What the file says, and the tools that are built in.
   *
   * @param names all tools, those with errors included
   * @param guards how carefully they are called
   */
  record Tools(Map<String, ToolSettings> settings, Names names, ToolGuardSettings guards) {}

  /** The tools; without a file that could be read, those that are built in. */
  Tools read(Optional<Section> file) {
    Set<String> names = new HashSet<>(parts.builtIns().keySet());
    file.ifPresent(section -> names.addAll(section.keys("tools")));
    var known = new Names("tool", names, file.isPresent());
    var guards = new ToolGuardReader();
    var reader = new ToolReader(report, parts, known, guards);
    Map<String, ToolSettings> tools = new LinkedHashMap<>(parts.builtIns());
    file.ifPresent(section -> read(section.named("tools"), reader, tools));
    return new Tools(tools, known, guards.found());
  }

  private static void read(
      SequencedMap<String, Section> sections, ToolReader reader, Map<String, ToolSettings> tools) {
    sections.forEach((name, section) -> tools.put(name, reader.read(name, section)));
    Cycles.report(sections, tools);
  }
}
