package io.tidegate.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The configuration folder; without one, all of its files count as empty. */
final class Folder {
  static final String GATEWAY = "gateway.yaml";
  static final String MODELS = "models.yaml";
  static final String TOOLS = "tools.yaml";
  static final String AGENTS = "agents";
  private static final Set<String> FILES = Set.of(GATEWAY, MODELS, TOOLS);

  private final @Nullable Path path;
  private final Placeholders placeholders;
  private final Report report;

  Folder(@Nullable Path path, Placeholders placeholders, Report report) {
    this.path = path;
    this.placeholders = placeholders;
    this.report = report;
    if (path != null) {
      warnOfStrangers(path);
    }
  }

  /** The top of a file; empty if the file is missing, nothing if it can't be read. */
  Optional<Section> file(String name) {
    if (path == null || !Files.exists(path.resolve(name))) {
      return Optional.of(Section.empty(report, Place.file(name), ""));
    }
    return read(path, name, "");
  }

  /** The names of the agents' files, sorted. */
  List<String> agentFiles() {
    return path == null
        ? List.of()
        : list(path.resolve(AGENTS)).stream().map(name -> AGENTS + "/" + name).toList();
  }

  Optional<Section> agent(String file) {
    return path == null ? Optional.empty() : read(path, file, "agents.*");
  }

  private Optional<Section> read(Path folder, String name, String pattern) {
    try {
      String text = Files.readString(folder.resolve(name));
      return YamlFile.parse(name, text, placeholders, report)
          .flatMap(node -> Section.of(report, node, pattern));
    } catch (CharacterCodingException e) {
      report.error(Place.file(name), "is no text in UTF-8");
    } catch (IOException e) {
      report.error(Place.file(name), "can't be read: " + e);
    }
    return Optional.empty();
  }

  private void warnOfStrangers(Path folder) {
    list(folder).stream()
        .filter(name -> !FILES.contains(name))
        .forEach(
            name -> report.warn(Place.file(name), "is not read" + Names.didYouMean(name, FILES)));
  }

  private List<String> list(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".yaml") || name.endsWith(".yml"))
          .filter(name -> !name.startsWith("."))
          .sorted()
          .toList();
    } catch (IOException e) {
      report.error(Place.file(folder.toString()), "can't be read: " + e);
      return List.of();
    }
  }
}
