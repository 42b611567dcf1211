package io.tidegate.config;

import io.tidegate.run.Agents.Agent;
import io.tidegate.run.Agents.Canary;
import io.tidegate.run.BudgetSettings.Caps;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Reads agents/*.yaml: one agent a file, named like the file unless it says otherwise. */
final class AgentFiles {
  private final Folder folder;
  private final Report report;
  private final AgentReader reader;

  AgentFiles(Folder folder, Report report, AgentReader reader) {
    this.folder = folder;
    this.report = report;
    this.reader = reader;
  }

  /**
   * The agents, by name.
   *
   * @param ages how long the sessions of those that say so are kept, in milliseconds
   * @param budgets what those may use that say so
   */
  record Found(
      SortedMap<String, Agent> agents, Map<String, Long> ages, Map<String, Caps> budgets) {}

  Found read() {
    List<String> files = folder.agentFiles();
    List<Named> agents = files.stream().map(this::open).flatMap(Optional::stream).toList();
    reportDuplicates(agents);
    Set<String> all = agents.stream().map(Named::name).collect(Collectors.toSet());
    var names = new Names("agent", all, agents.size() == files.size());
    SortedMap<String, Agent> found = new TreeMap<>();
    Map<String, Long> ages = new TreeMap<>();
    var fallbacks = new Fallbacks(report, reader, names);
    Map<String, Caps> budgets = new TreeMap<>();
    for (Named agent : agents) {
      Long age = agent.file.durationOrNever("retention").orNull();
      if (age != null) {
        ages.put(agent.name, age);
      }
      Canary canary =
          agent.file.section("canary").map(section -> canary(section, names)).orElse(null);
      reader
          .read(agent.name, agent.file)
          .ifPresent(read -> found.put(agent.name, read.withCanary(canary)));
      fallbacks.read(agent.name, agent.file, found.get(agent.name));
      agent
          .file
          .section("budget")
          .ifPresent(budget -> budgets.put(agent.name, BudgetReader.agent(budget)));
    }
    return new Found(fallbacks.given(found), ages, budgets);
  }

  private Optional<Named> open(String file) {
    return folder.agentFile(file).map(section -> new Named(name(file, section), section));
  }

  private String name(String file, Section section) {
    String standard = file.substring(file.indexOf('/') + 1, file.lastIndexOf('.'));
    String name = section.text("name").orElse(standard);
    Names.check(name, section.at("name"), report);
    return name;
  }

  private static void reportDuplicates(List<Named> agents) {
    Set<String> seen = new HashSet<>();
    agents.stream()
        .filter(agent -> !seen.add(agent.name))
        .forEach(
            agent ->
                agent.file.error(
                    "name", "is '%s', as another agent's is already".formatted(agent.name)));
  }

  private Canary canary(Section canary, Names names) {
    check(canary, names);
    return new Canary(canary.text("agent").required(""), canary.percent("share").required(0.0));
  }

  private void check(Section fallback, Names names) {
    String agent = fallback.text("agent").required("");
    if (!agent.isEmpty()) {
      names.mustHold(agent, fallback.at("agent"), report);
    }
  }

  private record Named(String name, Section file) {}
}
