package io.tidegate.app;

import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * A real Prometheus that scrapes gateways every second. Where there is none, CI fails and a
 * developer's machine skips the test.
 */
final class Prometheus implements AutoCloseable {
  private static final Pattern ADDRESS =
      Pattern.compile("msg=\"Listening on\" address=(127\\.0\\.0\\.1:[1-9]\\d*)");

  /** Others are NaN and Inf: nothing was divided by nothing, or something. */
  private static final Pattern FINITE = Pattern.compile("-?[\\d.e+-]+");

  private static final long PATIENCE_SECONDS = 60;

  private final Process process;
  private final Client client;

  private Prometheus(Process process, Client client) {
    this.process = process;
    this.client = client;
  }

  /** Ends the test where the program is missing. */
  static void need(String program) {
    var path = List.of(System.getenv().getOrDefault("PATH", "").split(":"));
    if (path.stream().noneMatch(folder -> Files.isExecutable(Path.of(folder, program)))) {
      var why = "this test needs %s (Debian: prometheus) on the PATH".formatted(program);
      if (System.getenv("CI") != null) {
        throw new AssertionError(why);
      }
      abort(why);
    }
  }

  /**
   * Starts one that evaluates the rules in the folder every second.
   *
   * @param management host and port of each gateway's metrics
   */
  static Prometheus start(Path folder, List<String> management) {
    need("prometheus");
    try {
      var config = Files.writeString(folder.resolve("prometheus.yml"), config(management));
      var log = folder.resolve("prometheus.log");
      var process =
          new ProcessBuilder(
                  "prometheus",
                  "--config.file=" + config,
                  "--storage.tsdb.path=" + folder.resolve("tsdb"),
                  "--enable-feature=exemplar-storage",
                  "--web.listen-address=127.0.0.1:0")
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
      var address = Site.until("Prometheus listens", () -> address(process, log));
      var started = new Prometheus(process, new Client("http://" + address));
      Site.until("Prometheus is ready", () -> started.client.get("/-/ready").status() == 200);
      return started;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String config(List<String> management) {
    var targets = new StringBuilder();
    for (int i = 0; i < management.size(); i++) {
      targets.append(
          "      - {targets: [\"%s\"], labels: {namespace: tidegate, pod: gateway-%d}}\n"
              .formatted(management.get(i), i));
    }
    return """
    global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}
    rule_files: [rules/*.yaml]
    scrape_configs:
      - job_name: tidegate-management
        static_configs:
    """
        + targets;
  }

  private static Optional<String> address(Process process, Path log) {
    try {
      var said = Files.readString(log);
      var found = ADDRESS.matcher(said);
      if (found.find()) {
        return Optional.of(found.group(1));
      }
      if (!process.isAlive()) {
        throw new AssertionError("Prometheus ended: " + said);
      }
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The values that an expression has now: those that are numbers. */
  List<Double> values(String expression) {
    var query = URLEncoder.encode(expression, StandardCharsets.UTF_8);
    var answer = client.get("/api/v1/query?query=" + query);
    if (answer.status() != 200) {
      throw new AssertionError("%s: %s".formatted(expression, answer.body()));
    }
    var values = new ArrayList<Double>();
    for (JsonNode series : answer.body().at("/data/result")) {
      var value = series.at("/value/1").asText();
      if (FINITE.matcher(value).matches()) {
        values.add(Double.parseDouble(value));
      }
    }
    return values;
  }

  /** The traces that the series of an expression have examples of. */
  Set<String> traces(String expression) {
    var query = URLEncoder.encode(expression, StandardCharsets.UTF_8);
    var answer = client.get("/api/v1/query_exemplars?start=0&end=9999999999&query=" + query);
    if (answer.status() != 200) {
      throw new AssertionError("%s: %s".formatted(expression, answer.body()));
    }
    var traces = new TreeSet<String>();
    for (JsonNode series : answer.body().get("data")) {
      series.get("exemplars").forEach(one -> traces.add(one.at("/labels/trace_id").asText()));
    }
    return traces;
  }

  /** The names of all series that it has. */
  Set<String> names() {
    var names = new TreeSet<String>();
    client
        .get("/api/v1/label/__name__/values")
        .body()
        .get("data")
        .forEach(name -> names.add(name.asText()));
    return names;
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
