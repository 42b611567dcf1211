package io.tidegate.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Providers fall ill one after the other; runs of two gateways get their answers all the same. */
class SickProvidersIT {
  private static final String WORDS = "one word after the other makes a long sentence ".repeat(3);
  private static final String STATE = "tidegate_breaker_state{breaker=\"model:a/script\"";
  private static final long OPEN_MS = 1_000;

  private static final String MODELS =
      """
      providers:
        a: {protocol: openai-chat, base-url: "PROVIDER-A/v1"}
        b: {protocol: anthropic, base-url: "PROVIDER-B"}
        c: {protocol: openai-chat, base-url: "PROVIDER-C/v1"}
      models:
        script:
          targets:
            - provider: a
              model: script
              price: {input: "1", output: "2"}
              timeout: {connect: 2s, first-chunk: 20s, between-chunks: 400ms}
              retry: {attempts: 2, delay: 20ms, budget: 100%}
              breaker: {calls: 10, minimum-calls: 5, open: 1s, probes: 2, slow-start: 1s}
            - {provider: b, model: script, price: {input: "3", output: "4"}}
            - {provider: c, model: script, price: {input: "5", output: "6"}}
        calm:
          targets:
            - {provider: c, model: script, price: {input: "5", output: "6"}}
      """;

  private final List<JsonNode> stops = new ArrayList<>();

  private void run(Pair pair, int count) {
    var ended = pair.run(count, "worker", Script.say(WORDS));
    assertThat(ended)
        .allSatisfy(
            stop -> {
              assertThat(stop.get("reason").asText()).as("%s", stop).isEqualTo("completed");
              assertThat(stop.get("output").asText()).isEqualTo(WORDS);
            });
    stops.addAll(ended);
  }

  private static void fault(Pair pair, String provider, String order) {
    pair.provider(provider).put("/admin/faults", order);
  }

  private static BigDecimal billed(JsonNode bills, int input, int output) {
    var sum = BigDecimal.ZERO;
    for (var bill : bills.get("items")) {
      long read = bill.get("input").asLong() + bill.get("broken_input").asLong();
      long said = bill.get("output").asLong() + bill.get("broken_output").asLong();
      sum = sum.add(BigDecimal.valueOf(read * input, 6)).add(BigDecimal.valueOf(said * output, 6));
    }
    return sum;
  }

  private BigDecimal cost() {
    return stops.stream()
        .map(stop -> new BigDecimal(stop.get("cost_usd").asText()))
        .reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  @Test
  void wholeRepliesCostWhatWasBilled() {
    var names = List.of("PROVIDER-A", "PROVIDER-B", "PROVIDER-C");
    try (var pair = Pair.open(names, MODELS, Map.of("worker", "model: calm\n"))) {
      run(pair, 20);
      assertThat(cost())
          .isEqualByComparingTo(
              billed(pair.provider("PROVIDER-C").get("/admin/bills").body(), 5, 6));
    }
  }

  @Test
  void noRunFailsNobodyStormsAndCostsAddUp() {
    var names = List.of("PROVIDER-A", "PROVIDER-B", "PROVIDER-C");
    try (var pair = Pair.open(names, MODELS, Map.of("worker", "model: script\n"))) {
      fault(
          pair,
          "PROVIDER-A",
          "{\"model\": \"script\", \"kind\": \"429\", \"times\": 15, \"retry-after\": \"1\"}");
      fault(pair, "PROVIDER-B", "{\"model\": \"script\", \"kind\": \"slow\", \"ms\": 150}");
      run(pair, 20);
      assertThat(pair.metric(0, STATE)).as("a 429 opens no breaker").isZero();
      assertThat(pair.metric(1, STATE)).isZero();
      fault(pair, "PROVIDER-A", "{\"model\": \"script\", \"kind\": \"stall\", \"after\": 10}");
      while (pair.metric(0, STATE) < 1 || pair.metric(1, STATE) < 1) {
        run(pair, 4);
      }
      long before = pair.asked("PROVIDER-A");
      long from = System.nanoTime();
      run(pair, 40);
      long tookMs = (System.nanoTime() - from) / 1_000_000;
      assertThat(pair.asked("PROVIDER-A") - before)
          .as("questions to who is known to be sick, in %d ms", tookMs)
          .isLessThanOrEqualTo(2 * (tookMs / OPEN_MS + 2));
      var billedA = billed(pair.provider("PROVIDER-A").get("/admin/bills").body(), 1, 2);
      pair.kill("PROVIDER-A");
      run(pair, 20);
      var billed =
          billedA
              .add(billed(pair.provider("PROVIDER-B").get("/admin/bills").body(), 3, 4))
              .add(billed(pair.provider("PROVIDER-C").get("/admin/bills").body(), 5, 6));
      var cost = cost();
      assertThat(cost)
          .as("attempts that broke off count as their estimates")
          .isGreaterThanOrEqualTo(billed);
    }
  }

  private static final String HEDGED =
      """
      providers:
        a: {protocol: openai-chat, base-url: "PROVIDER-A/v1"}
        b: {protocol: openai-chat, base-url: "PROVIDER-B/v1"}
      models:
        script:
          hedge: {after: 100ms, budget: 100%}
          targets:
            - {provider: a, model: script, price: {input: "1000", output: "2000"}}
            - {provider: b, model: script, price: {input: "1", output: "1"}}
      """;

  @Test
  void silentProviderIsHedgedAndTheLosersReadingIsCounted() {
    var names = List.of("PROVIDER-A", "PROVIDER-B");
    try (var pair = Pair.open(names, HEDGED, Map.of("worker", "model: script\n"))) {
      fault(pair, "PROVIDER-A", "{\"model\": \"script\", \"kind\": \"slow\", \"ms\": 100000}");
      run(pair, 1);
      var lost = pair.provider("PROVIDER-A").get("/admin/bills").body().at("/items/0");
      assertThat(lost.get("broken").asInt()).isOne();
      assertThat(lost.get("broken_output").asInt()).isZero();
      var winner = billed(pair.provider("PROVIDER-B").get("/admin/bills").body(), 1, 1);
      var cost = new BigDecimal(stops.getFirst().get("cost_usd").asText());
      var reading = BigDecimal.valueOf(lost.get("broken_input").asLong() * 1_000, 6);
      // What it had read is not told: it counts as the most that it can have been.
      assertThat(cost.subtract(winner)).isGreaterThanOrEqualTo(reading);
    }
  }

  private static final String LIMITED =
      """
      providers:
        a:
          protocol: openai-chat
          base-url: "PROVIDER-A/v1"
          api-keys: [key-one, key-two]
          limits: {requests-per-minute: 240}
      models:
        script:
          targets:
            - {provider: a, model: script}
      """;

  @Test
  void limitsOfTheProviderAreKeptByBothTogetherAndAKeyThatIsRefusedIsLeftOut() {
    var names = List.of("PROVIDER-A");
    try (var pair = Pair.open(names, LIMITED, Map.of("worker", "model: script\n"))) {
      fault(pair, "PROVIDER-A", "{\"model\": \"script\", \"kind\": \"401\", \"key\": \"key-one\"}");
      pair.provider("PROVIDER-A")
          .put("/admin/limits", "{\"requests-per-minute\": 240, \"at-once\": 70}");
      run(pair, 66);
      assertThat(pair.provider("PROVIDER-A").get("/admin/limits").body().get("refused").asInt())
          .isZero();
      assertThat(pair.asked("PROVIDER-A"))
          .as("a key that was refused is not tried again by either gateway")
          .isLessThan(66 + 20);
    }
  }
}
