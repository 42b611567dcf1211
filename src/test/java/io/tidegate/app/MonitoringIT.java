package io.tidegate.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.app.Monitoring.Query;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Dashboards and rules show what a real Prometheus has seen of gateways that meet trouble. */
class MonitoringIT {
  /** So many that runs have to wait. */
  private static final int CLIENTS = 14;

  private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(4);

  /** What there is only if something is wrong: it must be seen while it is. */
  private static final Pattern FAULT =
      Pattern.compile(
          "runs_failed|_failures|error_type!=|_retries|_fallbacks|_breaker_|_passed_over|_hedges"
              + "|_cooled|_takeovers|_lease_losses|_model_wait_|_queue_depth|failed\\|given_up"
              + "|waiting_for_people");

  /** Names of series, as they stand before a selector or a range. */
  private static final Pattern NAME = Pattern.compile("([a-z_:]+[a-z0-9_:]*)[{\\[]");

  private static final Pattern OURS = Pattern.compile("(tidegate|gen_ai|http_server)_.*");

  private static Ward ward;
  private static Prometheus prometheus;
  private static WardLoad load;

  @BeforeAll
  static void start() {
    Prometheus.need("prometheus");
    ward = Ward.open();
    Monitoring.writeRules(ward.folder().resolve("rules"));
    prometheus = Prometheus.start(ward.folder(), ward.management());
    Site.until("both are scraped", () -> prometheus.values("up == 1").size() == 2);
    load = new WardLoad(ward);
  }

  @AfterAll
  static void stop() {
    if (load != null) {
      load.close();
      prometheus.close();
    }
    if (ward != null) {
      ward.close();
    }
  }

  @Test
  @Timeout(value = 6, unit = TimeUnit.MINUTES)
  void everyQueryHasDataAndFaultsAreSeen() {
    var queries = Monitoring.queries();
    assertThat(queries).noneMatch(query -> query.expression().contains(" or "));
    takeOver();
    load.start(CLIENTS);
    until(queries);
    var names = prometheus.names();
    assertThat(queries).allSatisfy(query -> assertThat(names).containsAll(named(query)));
    assertThat(names.stream().filter(name -> OURS.matcher(name).matches()))
        .as("described on the page about metrics")
        .allMatch(MetricsPageIT::describes);
    ward.gateway(1).kill();
    Site.until("it is seen that one is down", () -> !prometheus.values("up == 0").isEmpty());
  }

  /** One gateway stands still until the other has its runs, and learns of that. */
  private static void takeOver() {
    var sleep = Script.calls(Script.call("sleep", "{\"ms\": 20000}"));
    ward.client(1).post("/v1/runs", sleep.by("tester", "\"background\": true"));
    var process = ward.gateway(1).handle();
    signal("STOP", process);
    Site.until("its runs are taken over", () -> above("tidegate_takeovers_total", 1));
    signal("CONT", process);
    Site.until("it knows", () -> above("tidegate_lease_losses_total", 1));
  }

  private static boolean above(String expression, int count) {
    return prometheus.values(expression + " > 0").size() >= count;
  }

  private static void signal(String name, ProcessHandle process) {
    try {
      new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private static void until(List<Query> queries) {
    var open = new ArrayList<>(queries);
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (!open.isEmpty() && System.nanoTime() < deadline) {
      double seen = newest();
      open.removeIf(MonitoringIT::shows);
      Site.until("there is more to see", () -> newest() > seen);
    }
    assertThat(open).as("queries that show nothing").isEmpty();
  }

  private static double newest() {
    return prometheus.values("max(timestamp(up))").getFirst();
  }

  private static boolean shows(Query query) {
    var values = prometheus.values(query.expression());
    return FAULT.matcher(query.expression()).find()
        ? values.stream().anyMatch(value -> value > 0)
        : !values.isEmpty();
  }

  private static Set<String> named(Query query) {
    return NAME.matcher(query.expression())
        .results()
        .map((MatchResult name) -> name.group(1))
        .collect(Collectors.toSet());
  }
}
