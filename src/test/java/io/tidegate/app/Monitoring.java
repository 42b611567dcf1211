package io.tidegate.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** What operators are given to look at: the dashboards and rules of {@code k8s/monitoring}. */
final class Monitoring {
  private static final Path FOLDER = Path.of("k8s/monitoring");
  private static final ObjectMapper YAML = new YAMLMapper();

  /** An alert's measure, and what it is compared with. */
  private static final Pattern COMPARISON =
      Pattern.compile("(.*\\S)\\s+(?:>|<|==)\\s+[\\d.]+", Pattern.DOTALL);

  private Monitoring() {}

  /**
   * An expression as Prometheus can be asked it.
   *
   * @param where it is written, for people
   */
  record Query(String where, String expression) {}

  /** Everything that is asked: of alerts, what they compare. */
  static List<Query> queries() {
    var found = panels(_ -> true);
    for (var rule : rules()) {
      var expression = rule.get("expr").asText();
      found.add(
          rule.has("alert")
              ? new Query(rule.get("alert").asText(), measure(expression))
              : new Query(rule.get("record").asText(), expression));
    }
    return found;
  }

  /** What panels ask that show examples of traces. */
  static List<Query> exemplary() {
    return panels(target -> target.path("exemplar").asBoolean());
  }

  private static List<Query> panels(Predicate<JsonNode> wanted) {
    var found = new ArrayList<Query>();
    for (var dashboard : files("dashboards", ".json")) {
      for (var panel : read(Harness.JSON, dashboard).get("panels")) {
        for (var target : panel.get("targets")) {
          if (wanted.test(target)) {
            var where = dashboard.getFileName() + ": " + panel.get("title").asText();
            found.add(new Query(where, filled(target.get("expr").asText())));
          }
        }
      }
    }
    return found;
  }

  private static String filled(String expression) {
    return expression
        .replace("$namespace", "tidegate")
        .replace("$__rate_interval", "5m")
        .replace("$__range", "1h");
  }

  private static String measure(String alert) {
    var comparison = COMPARISON.matcher(alert);
    if (!comparison.matches()) {
      throw new AssertionError("an alert compares a measure with a number: " + alert);
    }
    return comparison.group(1);
  }

  private static List<JsonNode> rules() {
    var rules = new ArrayList<JsonNode>();
    for (var file : files("rules", ".yaml")) {
      for (var group : read(YAML, file).at("/spec/groups")) {
        group.get("rules").forEach(rules::add);
      }
    }
    return rules;
  }

  /** The names of all alerts. */
  static List<String> alerts() {
    return named("alert");
  }

  /** The names of all that is recorded. */
  static List<String> recordings() {
    return named("record");
  }

  private static List<String> named(String kind) {
    return rules().stream()
        .filter(rule -> rule.has(kind))
        .map(rule -> rule.get(kind).asText())
        .toList();
  }

  /** What the tests of rules expect, of one of promtool's kinds. */
  static List<JsonNode> cases(String kind) {
    var cases = new ArrayList<JsonNode>();
    for (var file : files("rules/tests", ".yaml")) {
      for (var test : read(YAML, file).get("tests")) {
        test.path(kind).forEach(cases::add);
      }
    }
    return cases;
  }

  /** Writes the rules as Prometheus itself reads them, without what is for its operator. */
  static void writeRules(Path folder) {
    try {
      Files.createDirectories(folder);
      for (var file : files("rules", ".yaml")) {
        var plain = folder.resolve(file.getFileName().toString());
        YAML.writeValue(plain.toFile(), read(YAML, file).get("spec"));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The files of a folder of {@code k8s/monitoring}, in order. */
  static List<Path> files(String folder, String suffix) {
    try (var files = Files.list(FOLDER.resolve(folder))) {
      return files.filter(file -> file.toString().endsWith(suffix)).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode read(ObjectMapper mapper, Path file) {
    try {
      return mapper.readTree(file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
