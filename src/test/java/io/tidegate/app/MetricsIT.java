package io.tidegate.app;

import static io.tidegate.app.Script.call;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidegate.simulator.SimulatorSettings;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What operators see of runs. */
class MetricsIT {
  private static final String STREAM = "\"stream\": true";
  private static final String QUEUE_DEPTH = "tidegate_queue_depth";
  private static Harness house;

  @BeforeAll
  static void start() {
    house = Harness.start();
  }

  @AfterAll
  static void stop() {
    house.close();
  }

  private static final List<JsonNode> STOPS = new ArrayList<>();

  private static List<JsonNode> run(String body) {
    var events = Events.data(house.client().stream("/v1/runs", body));
    if (Events.stop(events).get("final").asBoolean()) {
      STOPS.add(Events.stop(events));
    }
    return events;
  }

  /** The sum of all samples of a metric whose labels hold what is asked. */
  private static double sum(String scrape, String name, String... labels) {
    return scrape
        .lines()
        .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
        .filter(line -> List.of(labels).stream().allMatch(line::contains))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  @Test
  void metricsSayWhatTheStopsSay() {
    run(Script.calls(call("echo", "{}"), call("hang", "{}")).then("Done.").by("tester", STREAM));
    run(Script.say("Hello.").failing("503&times=1").by("tester", STREAM));
    run(Script.calls(call("echo", "{}")).by("tester", STREAM, "\"limits\": {\"steps\": 1}"));
    run(Script.say("Hello.").failing("503&times=100").by("tester", STREAM));
    run(Script.calls(call("write", "{\"amount\": 2000}")).by("careful", STREAM));
    var scrape = house.management().get("/metrics").body().asText();

    assertThat(sum(scrape, "tidegate_runs_total", "reason=\"completed\"")).isEqualTo(2);
    assertThat(sum(scrape, "tidegate_runs_total", "reason=\"max_steps\"")).isEqualTo(1);
    assertThat(sum(scrape, "tidegate_runs_total", "reason=\"model_unavailable\"")).isEqualTo(1);
    assertThat(sum(scrape, "tidegate_runs_suspended_total", "reason=\"approval_pending\""))
        .isEqualTo(1);
    assertThat(sum(scrape, "tidegate_runs_active")).isZero();

    double calls = sum(scrape, "tidegate_tool_calls_total");
    double good = sum(scrape, "tidegate_tool_calls_total", "outcome=\"succeeded\"");
    assertThat((calls - good) / calls).as("tool failure rate").isEqualTo(1.0 / 3);

    long steps = STOPS.stream().mapToLong(stop -> stop.get("steps").asLong()).sum();
    assertThat(sum(scrape, "tidegate_steps_total")).isEqualTo((double) (steps + 1));
    long input = STOPS.stream().mapToLong(stop -> stop.at("/usage/input_tokens").asLong()).sum();
    double ofTheSuspended = sum(scrape, "tidegate_tokens_total", "kind=\"input\"") - input;
    assertThat(ofTheSuspended).isPositive();
    var cost =
        STOPS.stream()
            .map(stop -> new BigDecimal(stop.get("cost_usd").asText()))
            .reduce(BigDecimal.ZERO, BigDecimal::add)
            .doubleValue();
    Site.until(
        "all is settled",
        () -> Math.abs(cost(house.management().get("/metrics").body().asText()) - cost) < 1e-9);

    for (var timer :
        List.of(
            "gen_ai_execute_tool_duration_seconds_count",
            "gen_ai_invoke_agent_duration_seconds_count",
            "gen_ai_client_operation_duration_seconds_count",
            "gen_ai_client_operation_time_to_first_chunk_seconds_count",
            "tidegate_journal_append_seconds_count",
            "tidegate_wave_width_count")) {
      assertThat(sum(scrape, timer)).as(timer).isPositive();
    }
    assertThat(scrape).contains("tidegate_eager_saved_seconds_total");
  }

  @Test
  void whoScrapesSeesHowMuchWorkWaits() {
    var oneAtATime = Map.of("gateway.yaml", "{limits: {active-runs: 1}, drain: 4s}");
    try (var small = Harness.start(SimulatorSettings.DEFAULT, oneAtATime)) {
      var slow = Script.calls(call("sleep", "{\"ms\": 4500}")).by("tester", "\"background\": true");
      for (int i = 0; i < 20; i++) {
        assertThat(small.client().post("/v1/runs", slow).status()).isEqualTo(202);
      }
      Site.until(
          "work waits",
          () -> sum(small.management().get("/metrics").body().asText(), QUEUE_DEPTH) > 0);
    }
  }

  private static double cost(String scrape) {
    return sum(scrape, "tidegate_cost_usd_total", "agent=\"tester\"", "tenant=\"default\"");
  }

  @Test
  void gatewayIsLiveAndReady() {
    assertThat(house.management().get("/health/live").status()).isEqualTo(200);
    assertThat(house.management().get("/health/ready").status()).isEqualTo(200);
    assertThat(house.client().get("/metrics").status()).isEqualTo(404);
  }
}
