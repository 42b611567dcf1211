package io.tidegate.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.app.Monitoring.Query;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
              + "|waiting_for_people|_lagging|_lagged|_budget_refused|_budget_warnings|_eager_saved"
              + "|_cache_saved|_budget_(used|held)_usd|_limit_used_ratio|_budget_reserved"
              + "|_budget_settled");

  /** Of each of those that are told apart by a label it must be seen as well. */
  private static final Map<String, List<String>> SIGNS =
      Map.of(
          "tidegate_tool_failures_total{class='%s'}",
          List.of("transport", "tool_error", "invalid_arguments", "timeout", "denied", "budget"),
          "tidegate_runs_total{reason='%s'}",
          List.of("completed", "model_unavailable", "loop_detected"),
          "tidegate_runs_suspended_total{reason='%s'}",
          List.of("approval_pending", "budget_exhausted"),
          "tidegate_breaker_transitions_total{state='%s'}",
          List.of("open", "half_open", "closed"),
          "tidegate_wait_duration_seconds_count{for='%s'}",
          List.of("run", "approval"),
          "tidegate_budget_refused_total{scope='%s'}",
          List.of("run"),
          "tidegate_budget_wait_seconds_count{scope='%s'}",
          List.of("agent"),
          "tidegate_cost_usd_total{model='reconciler', provider='%s'}",
          List.of("ill", "well"));

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
    var queries = new ArrayList<>(Monitoring.queries());
    assertThat(queries).noneMatch(query -> query.expression().contains(" or "));
    queries.addAll(signs());
    takeOver();
    until(queries);
    var names = prometheus.names();
    assertThat(queries).allSatisfy(query -> assertThat(names).containsAll(named(query)));
    assertThat(names.stream().filter(name -> OURS.matcher(name).matches()))
        .as("described on the page about metrics")
        .allMatch(MetricsPageIT::describes);
    assertExamplesLeadToTraces();
    ward.gateway(1).kill();
    Site.until("it is seen that one is down", () -> !prometheus.values("up == 0").isEmpty());
  }

  private static List<Query> signs() {
    return SIGNS.entrySet().stream()
        .flatMap(sign -> sign.getValue().stream().map(sign.getKey()::formatted))
        .map(expression -> new Query("a sign", expression + " > 0"))
        .toList();
  }

  /** What a panel shows beside its curve can be looked up. */
  private static void assertExamplesLeadToTraces() {
    for (var query : Monitoring.exemplary()) {
      var traces = prometheus.traces(query.expression());
      assertThat(traces).as(query.where()).isNotEmpty();
      Site.until(
          query.where() + ": its trace is there",
          () -> traces.stream().anyMatch(trace -> !ward.collector().of(trace).isEmpty()));
    }
  }

  /**
   * While the load comes, one gateway stands still until the other has its runs, and learns of
   * that.
   */
  private static void takeOver() {
    var sleep = Script.calls(Script.call("sleep", "{\"ms\": 20000}"));
    var begun = ward.client(1).post("/v1/runs", sleep.by("tester", "\"background\": true"));
    assertThat(begun.status()).as("%s", begun.body()).isEqualTo(202);
    Site.until("it has one", () -> callStatus(begun.text("/session")).equals("running"));
    load.start(CLIENTS);
    var process = ward.gateway(1).handle();
    signal("STOP", process);
    Site.until("its runs are taken over", () -> above("tidegate_takeovers_total", 1));
    signal("CONT", process);
    Site.until("it knows", () -> above("tidegate_lease_losses_total", 1));
  }

  private static String callStatus(String session) {
    return ward.client(1).get("/v1/sessions/" + session).text("/calls/0/status");
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
