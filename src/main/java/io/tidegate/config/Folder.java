package io.tidegate.config;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The files of the configuration folder, as one look found them. */
final class Folder {
  static final String GATEWAY = "gateway.yaml";
  static final String MODELS = "models.yaml";
  static final String TOOLS = "tools.yaml";
  static final String AGENTS = "agents";
  static final Set<String> FILES = Set.of(GATEWAY, MODELS, TOOLS);

  private final Look look;
  private final Placeholders placeholders;
  private final Report report;

  Folder(Look look, Placeholders placeholders, Report report) {
    this.look = look;
    this.placeholders = placeholders;
    this.report = report;
    warnOfStrangers();
  }

  /** Whether a file of that name belongs to a configuration. */
  static boolean isYaml(String name) {
    return (name.endsWith(".yaml") || name.endsWith(".yml")) && !name.startsWith(".");
  }

  /** An agent's file, seen from the configuration folder. */
  static String agent(String name) {
    return AGENTS + "/" + name;
  }

  private static boolean isAgent(String file) {
    return file.startsWith(agent(""));
  }

  /** The top of a file; empty if the file is missing, nothing if it can't be read. */
  Optional<Section> file(String name) {
    return look.files().containsKey(name)
        ? read(name, "")
        : Optional.of(Section.empty(report, Place.file(name), ""));
  }

  /** The names of the agents' files, sorted. */
  List<String> agentFiles() {
    return look.files().keySet().stream().filter(Folder::isAgent).toList();
  }

  Optional<Section> agentFile(String name) {
    return read(name, "agents.*");
  }

  private Optional<Section> read(String name, String pattern) {
    var content = look.files().get(name);
    if (content == null) {
      return Optional.empty();
    }
    if (content.text() == null) {
      report.error(Place.file(name), content.problem());
      return Optional.empty();
    }
    return YamlFile.parse(name, content.text(), placeholders, report)
        .flatMap(node -> Section.of(report, node, pattern));
  }

  private void warnOfStrangers() {
    look.files().keySet().stream()
        .filter(name -> !FILES.contains(name) && !isAgent(name))
        .forEach(
            name -> report.warn(Place.file(name), "is not read" + Names.didYouMean(name, FILES)));
  }
}
