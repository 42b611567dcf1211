package io.tidegate.app;

import static io.tidegate.app.Script.call;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.simulator.SimulatorSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Holds the page about metrics against what a gateway shows that has done something of each kind.
 */
class MetricsPageIT {
  private static final Path PAGE = Path.of("src/docs/metrics.md");

  /** {@code | `name` | `label`, `label` | meaning |}. */
  private static final Pattern ROW = Pattern.compile("\\| `([a-z_]+)` \\| ([^|]*) \\|.*");

  private static final Pattern WORD = Pattern.compile("`([a-z_]+)`");
  private static final Pattern TYPE = Pattern.compile("# TYPE (\\S+) \\S+");
  private static final Pattern SAMPLE = Pattern.compile("([a-z_]+)(?:\\{(.*)})? \\S+.*");
  private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"");

  private static final List<String> PARTS = List.of("", "_bucket", "_count", "_sum");

  /**
   * What the JVM shows depends on its collector and on the machine; webhooks, and what guards do in
   * trouble, are tested elsewhere.
   */
  private static final Pattern OTHERS =
      Pattern.compile(
          "(jvm|process|system)_.*|tidegate_(webhook_tries_total|cache_(hits|misses)_.*|fallbacks_.*"
              + "|model_.*|tool_retries_.*|breaker_transitions_.*)");

  private static final String GATEWAY =
      """
      tracing: {endpoint: "COLLECTOR"}
      tenants: {default: {budget: {day-usd: "1000", day-tokens: 1000000000}}}
      """;

  private static Collector collector;
  private static Harness house;

  @BeforeAll
  static void start() {
    collector = Collector.start();
    house =
        Harness.start(
            SimulatorSettings.DEFAULT.withToolMs(0),
            Map.of("gateway.yaml", GATEWAY.replace("COLLECTOR", collector.url())));
  }

  @AfterAll
  static void stop() {
    house.close();
    collector.close();
  }

  /** The labels of each metric that the page names. */
  private static Map<String, Set<String>> described() throws IOException {
    return Files.readAllLines(PAGE).stream()
        .map(ROW::matcher)
        .filter(row -> row.matches() && !OTHERS.matcher(row.group(1)).matches())
        .collect(
            Collectors.toMap(
                row -> row.group(1),
                row ->
                    WORD.matcher(row.group(2))
                        .results()
                        .map(word -> word.group(1))
                        .collect(Collectors.toCollection(TreeSet::new))));
  }

  /** Whether the page has a series of that name: a family, or a part of one. */
  static boolean describes(String series) {
    var page = read();
    return PARTS.stream()
        .filter(series::endsWith)
        .map(part -> series.substring(0, series.length() - part.length()))
        .anyMatch(family -> page.contains("| `" + family + "` |"));
  }

  private static String read() {
    try {
      return Files.readString(PAGE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The labels of each metric that is shown, as its family is called. */
  private static Map<String, Set<String>> shown(String scrape) {
    var shown = new TreeMap<String, Set<String>>();
    String family = "";
    for (var line : scrape.lines().toList()) {
      var type = TYPE.matcher(line);
      if (type.matches()) {
        family = type.group(1);
        if (!OTHERS.matcher(family).matches()) {
          shown.put(family, new TreeSet<>());
        }
      } else if (SAMPLE.matcher(line).matches() && shown.containsKey(family)) {
        var labels = SAMPLE.matcher(line);
        var found = labels.matches() && labels.group(2) != null ? labels.group(2) : "";
        LABEL
            .matcher(found)
            .results()
            .map(label -> label.group(1))
            .filter(label -> !label.equals("le"))
            .forEach(shown.get(family)::add);
      }
    }
    return shown;
  }

  private static String scrape() {
    return house.management().get("/metrics").body().asText();
  }

  private static void doSomethingOfEachKind() {
    var script = Script.calls(call("echo", "{}"), call("hang", "{}")).then("Done.");
    house.client().stream("/v1/runs", script.by("tester", "\"stream\": true"));
    var events =
        Events.data(
            house.client().stream(
                "/v1/runs",
                Script.calls(call("write", "{\"amount\": 2000}"))
                    .then("Done.")
                    .by("careful", "\"stream\": true")));
    var asked = Events.only(events, "approval.requested");
    house
        .client()
        .post(
            "/v1/sessions/%s/approvals/%s"
                .formatted(asked.get("session").asText(), asked.get("call").asText()),
            "{\"decision\": \"approve\"}");
  }

  @Test
  void thePageHasEveryMetricAndNoOther() throws IOException {
    doSomethingOfEachKind();
    var described = described();
    Site.until("each is shown", () -> shown(scrape()).keySet().containsAll(described.keySet()));
    var shown = shown(scrape());
    assertThat(described.keySet()).containsExactlyInAnyOrderElementsOf(shown.keySet());
    described.forEach(
        (name, labels) ->
            assertThat(labels).as(name).containsExactlyInAnyOrderElementsOf(shown.get(name)));
  }

  @Test
  void whoeverKnowsOpenMetricsGetsExamplesOfTraces() {
    doSomethingOfEachKind();
    var answer =
        house.management().get("/metrics", "Accept", "application/openmetrics-text; version=1.0.0");
    assertThat(answer.header("Content-Type")).startsWith("application/openmetrics-text");
    assertThat(answer.body().asText()).endsWith("# EOF\n");
    var example =
        Pattern.compile("gen_ai_\\S+_seconds_bucket\\S+ \\S+ # \\{.*trace_id=\"([0-9a-f]{32})\"");
    var found = example.matcher(answer.body().asText());
    assertThat(found.find()).isTrue();
    var trace = found.group(1);
    Site.until("the trace is there", () -> !collector.of(trace).isEmpty());
    assertThat(scrape()).doesNotContain("trace_id");
  }
}
