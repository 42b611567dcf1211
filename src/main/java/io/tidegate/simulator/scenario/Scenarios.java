package io.tidegate.simulator.scenario;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The scenarios by the model names that they answer to. Used by one thread at a time. */
public final class Scenarios {
  private static final ObjectMapper YAML = new YAMLMapper();
  private static final List<String> BUNDLED =
      List.of("default", "reconciler", "script", "two-step", "chatter");

  private final Map<String, Scenario> byName = new TreeMap<>();

  private Scenarios() {}

  /** Those that come with the simulator, and those of a folder, which win. */
  public static Scenarios load(@Nullable Path folder, Pace pace) {
    var scenarios = new Scenarios();
    BUNDLED.forEach(name -> scenarios.addBundled(name, pace));
    if (folder != null) {
      scenarios.addFolder(folder, pace);
    }
    return scenarios;
  }

  /** The scenario of that name; names that nobody knows get the default one. */
  public Scenario of(String model) {
    var known = byName.get(model);
    return known != null
        ? known
        : byName.getOrDefault("default", byName.values().iterator().next());
  }

  public Set<String> names() {
    return byName.keySet();
  }

  private void addBundled(String name, Pace pace) {
    try (var in = Scenarios.class.getResourceAsStream("/simulator/" + name + ".yaml")) {
      if (in == null) {
        throw new IllegalStateException(
            "The scenario '%s' is not on the class path.".formatted(name));
      }
      add(name + ".yaml", in, pace);
    } catch (IOException e) {
      throw new IllegalStateException("The scenario '%s' can't be read.".formatted(name), e);
    }
  }

  private void addFolder(Path folder, Pace pace) {
    try (var files = Files.newDirectoryStream(folder, "*.{yaml,yml,json}")) {
      for (var file : files) {
        try (var in = Files.newInputStream(file)) {
          add(file.toString(), in, pace);
        }
      }
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "The scenarios in %s can't be read: %s".formatted(folder, e.getMessage()), e);
    }
  }

  private void add(String source, InputStream in, Pace pace) throws IOException {
    try {
      var scenario = Scenario.of(YAML.readValue(in, ScenarioFile.class), pace);
      byName.put(scenario.name(), scenario);
    } catch (IOException | IllegalArgumentException e) {
      throw new IllegalArgumentException("%s: %s".formatted(source, e.getMessage()), e);
    }
  }
}
