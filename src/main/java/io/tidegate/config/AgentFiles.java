package io.tidegate.config;

import io.tidegate.run.Agents.Agent;
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
    Map<String, Caps> budgets = new TreeMap<>();
    for (Named agent : agents) {
      readFallback(agent, names);
      Long age = agent.file.durationOrNever("retention").orNull();
      if (age != null) {
        ages.put(agent.name, age);
      }
      agent
          .file
          .section("budget")
          .ifPresent(budget -> budgets.put(agent.name, BudgetReader.agent(budget)));
      reader.read(agent.name, agent.file).ifPresent(read -> found.put(agent.name, read));
    }
    return new Found(found, ages, budgets);
  }

  private Optional<Named> open(String file) {
    return folder.agent(file).map(section -> new Named(name(file, section), section));
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

  private void readFallback(Named agent, Names names) {
    agent
        .file
        .noEffect("fallback")
        .section("fallback")
        .ifPresent(fallback -> check(fallback, names));
  }

  private void check(Section fallback, Names names) {
    String agent = fallback.text("agent").required("");
    if (!agent.isEmpty()) {
      names.mustHold(agent, fallback.at("agent"), report);
    }
  }

  private record Named(String name, Section file) {}
}
