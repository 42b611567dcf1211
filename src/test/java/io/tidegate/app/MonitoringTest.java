package io.tidegate.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Dashboards and rules by themselves. */
class MonitoringTest {
  /** An alert, what it means and what to do. */
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| `(Tidegate\\w+)` \\| [A-Z][^|]+ \\| [A-Z`][^|]+ \\|$");

  /** Histograms of what belongs to a span. */
  private static final Pattern EXEMPLARY = Pattern.compile("gen_ai_\\w+_seconds_bucket");

  @TempDir private Path folder;

  static Stream<Path> dashboards() {
    return Monitoring.files("dashboards", ".json").stream();
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void dashboardIsOneThatGrafanaFillsInAndKustomizeTakes(Path file) throws IOException {
    var dashboard = Harness.JSON.readTree(file.toFile());
    assertThat(dashboard.get("uid").asText() + ".json").isEqualTo("tidegate-" + file.getFileName());
    assertThat(dashboard.at("/templating/list").findValuesAsText("name"))
        .containsExactly("datasource", "namespace");
    var ids = new TreeSet<Integer>();
    for (var panel : dashboard.get("panels")) {
      assertThat(ids.add(panel.get("id").asInt())).as("%s", panel).isTrue();
      assertThat(panel.at("/datasource/uid").asText()).isEqualTo("${datasource}");
      assertThat(panel.at("/fieldConfig/defaults/unit").asText()).as("%s", panel).isNotEmpty();
      for (var target : panel.get("targets")) {
        assertThat(target.get("expr").asText()).contains("namespace=\"$namespace\"");
      }
    }
    assertThat(Files.readString(Path.of("k8s/monitoring/kustomization.yaml")))
        .contains("- dashboards/" + file.getFileName() + "\n");
  }

  @Test
  void operatorsReadOfEachAlertWhatToDo() throws IOException {
    var page = Files.readString(Path.of("src/docs/operations.md"));
    var described = ROW.matcher(page).results().map(row -> row.group(1));
    assertThat(described).containsExactlyInAnyOrderElementsOf(Monitoring.alerts());
  }

  @Test
  void eachAlertHasACaseInWhichItFiresAndAMomentInWhichItDoesNot() {
    var firing = new TreeSet<String>();
    var silent = new TreeSet<String>();
    for (var one : Monitoring.cases("alert_rule_test")) {
      (one.get("exp_alerts").isEmpty() ? silent : firing).add(one.get("alertname").asText());
    }
    assertThat(firing).containsExactlyInAnyOrderElementsOf(Monitoring.alerts());
    assertThat(silent).containsExactlyInAnyOrderElementsOf(Monitoring.alerts());
  }

  /** With data, and then with none or with others. */
  @Test
  void eachRecordingHasTwoMomentsAtWhichItIsDifferent() {
    var cases = Monitoring.cases("promql_expr_test");
    for (var recording : Monitoring.recordings()) {
      var expected =
          cases.stream()
              .filter(one -> one.get("expr").asText().contains(recording))
              .map(one -> one.get("exp_samples"))
              .collect(Collectors.toSet());
      assertThat(expected).as(recording).hasSizeGreaterThanOrEqualTo(2);
      assertThat(expected).as(recording).anyMatch(samples -> !samples.isEmpty());
    }
  }

  @Test
  void durationsShowExamplesOfTraces() throws IOException {
    for (var file : dashboards().toList()) {
      for (var panel : Harness.JSON.readTree(file.toFile()).get("panels")) {
        for (var target : panel.get("targets")) {
          boolean traced = EXEMPLARY.matcher(target.get("expr").asText()).find();
          assertThat(target.path("exemplar").asBoolean())
              .as("%s: %s", file, panel.get("title"))
              .isEqualTo(traced);
        }
      }
    }
  }

  @Test
  void rulesDoAsTheirTestsSay() throws IOException, InterruptedException {
    Prometheus.need("promtool");
    Monitoring.writeRules(folder);
    for (var test : Monitoring.files("rules/tests", ".yaml")) {
      var copy = Files.copy(test, folder.resolve("test-" + test.getFileName()));
      promtool(List.of("promtool", "test", "rules", copy.toString()));
    }
  }

  private static void promtool(List<String> command) throws IOException, InterruptedException {
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }
}
