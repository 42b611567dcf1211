package io.tidegate.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidegate.http.KeySettings;
import io.tidegate.simulator.SimulatorSettings;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Equal questions of a route that keeps replies, held against what the provider bills. */
class ReplyCacheIT {
  private static final String ACME = "tg_acme";
  private static final String OTHER = "tg_other";

  private static final String MODELS =
      TestConfig.models("SIMULATOR")
          + """
            kept:
              cache: {ttl: 1h, always: true}
              targets: [{provider: sim, model: script, price: {input: "1000", output: "2000"}}]
            brief:
              cache: {ttl: 1ms, always: true}
              targets: [{provider: sim, model: script, price: {input: "1000", output: "2000"}}]
            cold:
              cache: {ttl: 1h}
              targets: [{provider: sim, model: script, price: {input: "1000", output: "2000"}}]
          """;

  private static Harness house;

  @BeforeAll
  static void start() {
    house = open();
  }

  private static Harness open() {
    return Harness.start(
        SimulatorSettings.DEFAULT.withToolMs(0),
        Map.of(
            "models.yaml", MODELS,
            "gateway.yaml", "keys:\n" + key(ACME, "acme") + key(OTHER, "other"),
            "agents/kept.yaml", "model: kept\n",
            "agents/brief.yaml", "model: brief\n",
            "agents/cold.yaml", "model: cold\n"));
  }

  @AfterAll
  static void stop() {
    house.close();
  }

  private static String key(String key, String tenant) {
    return "  - {hash: '%s', tenant: %s, principal: me, scopes: [admin]}%n"
        .formatted(KeySettings.hash(key), tenant);
  }

  private static JsonNode run(String key, String agent, String words) {
    var answer = house.client().with(key).post("/v1/runs", Script.say(words).by(agent));
    var stop = answer.body().get("stop");
    assertThat(stop.get("reason").asText()).as("%s", stop).isEqualTo("completed");
    assertThat(stop.get("output").asText()).isEqualTo(words);
    return stop;
  }

  /** How many replies the provider billed. */
  private static long billed() {
    return billed(house);
  }

  private static long billed(Harness where) {
    long count = 0;
    for (var bill : where.simulator().get("/admin/bills").body().get("items")) {
      count += bill.get("complete").asLong();
    }
    return count;
  }

  private static BigDecimal cost(JsonNode stop) {
    return new BigDecimal(stop.get("cost_usd").asText());
  }

  private static double counted(String metric) {
    var scrape = house.management().get("/metrics").body().asText();
    return scrape
        .lines()
        .filter(line -> line.startsWith(metric + "{") && line.contains("cache=\"response\""))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  @Test
  void equalQuestionsOfTwoSessionsAreBilledOnceAndWhatWasSavedIsCounted() {
    long before = billed();
    double hits = counted("tidegate_cache_hits_total");
    double saved = counted("tidegate_cache_saved_usd_total");
    var first = run(ACME, "kept", "The same words for everybody.");
    var second = run(ACME, "kept", "The same words for everybody.");
    assertThat(billed()).isEqualTo(before + 1);
    assertThat(cost(first)).isPositive();
    assertThat(cost(second)).isZero();
    assertThat(second.at("/usage/input_tokens").asLong()).isZero();
    assertThat(counted("tidegate_cache_hits_total")).isEqualTo(hits + 1);
    assertThat(counted("tidegate_cache_saved_usd_total") - saved)
        .isCloseTo(cost(first).doubleValue(), offset(1e-9));
    run(ACME, "kept", "Other words.");
    assertThat(billed()).isEqualTo(before + 2);
  }

  /** In a house of its own: runs of the others are to be counted in one place. */
  @Test
  void anotherReplicaGivesTheSameReply() {
    try (var shared = open()) {
      var body = Script.say("Words for two replicas.").by("kept");
      var here = shared.client().with(ACME).post("/v1/runs", body);
      var there = shared.another().with(ACME).post("/v1/runs", body);
      assertThat(here.text("/stop/output")).isEqualTo("Words for two replicas.");
      assertThat(there.text("/stop/output")).isEqualTo("Words for two replicas.");
      assertThat(billed(shared)).isEqualTo(1);
    }
  }

  @Test
  void streamedReplyIsTheSameText() {
    var words = "A reply that is told in pieces, as its like was. ".repeat(10);
    run(ACME, "kept", words);
    long before = billed();
    var body = Script.say(words).by("kept", "\"stream\": true");
    var events = Events.data(house.client().with(ACME).stream("/v1/runs", body));
    assertThat(Events.said(events, 1)).isEqualTo(words);
    assertThat(billed()).isEqualTo(before);
  }

  @Test
  void otherTenantsAreNotServed() {
    run(ACME, "kept", "Not for others.");
    long before = billed();
    assertThat(cost(run(OTHER, "kept", "Not for others."))).isPositive();
    assertThat(billed()).isEqualTo(before + 1);
  }

  @Test
  void replyWhoseTimeIsOverIsNotGivenAgain() {
    long before = billed();
    run(ACME, "brief", "Soon forgotten.");
    run(ACME, "brief", "Soon forgotten.");
    assertThat(billed()).isEqualTo(before + 2);
  }

  @Test
  void withoutAlwaysWhatIsSampledIsNotKept() {
    long before = billed();
    for (var words : List.of("Chance.", "Chance.")) {
      run(ACME, "cold", words);
    }
    assertThat(billed()).isEqualTo(before + 2);
  }
}
