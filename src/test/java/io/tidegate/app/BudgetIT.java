package io.tidegate.app;

import static io.tidegate.app.Script.call;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidegate.conversation.Price;
import io.tidegate.conversation.Usage;
import io.tidegate.conversation.Usd;
import io.tidegate.simulator.SimulatorSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Budgets over the API, over two gateways on one Redis, held against what the simulator billed. */
class BudgetIT {
  private static final Price PRICE =
      new Price(Usd.parse("20"), Usd.parse("20"), Usd.parse("20"), Usd.parse("100"));
  private static final int RUNS = 100;

  private static Harness house;
  private static List<Client> gateways;

  @BeforeAll
  static void start() {
    house = Harness.start(SimulatorSettings.DEFAULT.withToolMs(0), Map.of());
    gateways = List.of(house.client(), house.another());
  }

  @AfterAll
  static void stop() {
    house.close();
  }

  @BeforeEach
  void forgive() {
    set("tenant", "default", "{\"period\": \"day\"}");
    house.simulator().ask("DELETE", "/admin/requests");
  }

  /** What the provider billed, broken replies too, of models at {@link #PRICE}. */
  private static Usd billed() {
    var sum = Usd.ZERO;
    for (var bill : bills()) {
      long input = bill.get("input").asLong() + bill.get("broken_input").asLong();
      long output = bill.get("output").asLong() + bill.get("broken_output").asLong();
      sum = sum.plus(PRICE.cost(new Usage(input, 0, 0, output, 0)));
    }
    return sum;
  }

  private static JsonNode bills() {
    return house.simulator().get("/admin/bills").body().get("items");
  }

  private static JsonNode set(String scope, String id, String limits) {
    var answer = house.client().ask("PUT", "/v1/budgets/" + scope + "/" + id, limits);
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
    return answer.body();
  }

  private static JsonNode budget(String scope, String id) {
    return house
        .client()
        .get("/v1/budgets?scope=" + scope + "&id=" + id)
        .body()
        .get("items")
        .get(0);
  }

  private static Usd used(String scope, String id) {
    return Usd.parse(budget(scope, id).get("used_usd").asText());
  }

  private static String turns(int count, String tool) {
    var script = new Script();
    for (int i = 0; i < count; i++) {
      script.then("", call(tool, "{\"turn\": " + i + "}"));
    }
    return script.then("The end.").by("buyer", "\"background\": true");
  }

  private static String begin(int nth, String session, String body) {
    var client = gateways.get(nth % gateways.size());
    var answer = client.post("/v1/sessions/" + session + "/runs", body);
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(202);
    return Site.path(answer.body());
  }

  private static void newSession(String id) {
    var body = "{\"agent\": \"buyer\", \"id\": \"" + id + "\"}";
    assertThat(house.client().post("/v1/sessions", body).status()).isEqualTo(201);
  }

  private static JsonNode rest(String path, String status) {
    return Site.until(
        path + " is " + status,
        () ->
            Optional.of(house.client().get(path).body())
                .filter(run -> run.get("status").asText().equals(status))
                .map(run -> run.get("stop")));
  }

  /** Waits until nothing goes on any more, and gives the reasons. */
  private static List<String> reasons(List<String> paths) {
    var reasons = new ArrayList<String>();
    for (var path : paths) {
      Site.until(
          path + " rests",
          () -> {
            var run = house.client().get(path).body();
            var status = run.get("status").asText();
            if (status.equals("running") || status.equals("queued")) {
              return Optional.empty();
            }
            reasons.add(run.at("/stop/reason").asText());
            return Optional.of(run);
          });
    }
    return reasons;
  }

  @Test
  void hundredRunsOnADollarSpendNotACentMoreAndAllGoOnWhenItIsRaised() {
    newSession("dollar");
    set("session", "dollar", "{\"limit_usd\": \"1.00\"}");
    var paths = new ArrayList<String>();
    for (int i = 0; i < RUNS; i++) {
      var fork = gateways.get(i % 2).post("/v1/sessions/dollar/fork", "{}").text("/id");
      paths.add(begin(i, fork, turns(3, "echo")));
    }
    assertThat(reasons(paths)).contains("budget_exhausted");
    assertThat(billed().nanos()).isPositive().isLessThanOrEqualTo(Usd.parse("1").nanos());
    assertThat(used("session", "dollar")).isEqualTo(billed());
    assertThat(budget("session", "dollar").get("reserved_usd").asText()).isEqualTo("0.00");
    set("session", "dollar", "{\"limit_usd\": \"2.00\"}");
    Site.until("more is spent", () -> billed().nanos() > Usd.parse("1.1").nanos());
    set("session", "dollar", "{\"limit_usd\": \"1000\"}");
    paths.forEach(
        path -> assertThat(rest(path, "stopped").get("reason").asText()).isEqualTo("completed"));
    assertThat(used("session", "dollar")).isEqualTo(billed());
  }

  @Test
  void tenantsBudgetOfTheDayHoldsOverAllItsSessions() {
    var before = used("tenant", "default");
    var limit = before.plus(Usd.parse("0.5"));
    set("tenant", "default", "{\"limit_usd\": \"" + limit + "\", \"period\": \"day\"}");
    var paths = new ArrayList<String>();
    for (int i = 0; i < 30; i++) {
      newSession("day-" + i);
      paths.add(begin(i, "day-" + i, turns(3, "echo")));
    }
    assertThat(reasons(paths)).contains("budget_exhausted");
    assertThat(billed().nanos()).isLessThanOrEqualTo(Usd.parse("0.5").nanos());
    assertThat(used("tenant", "default")).isEqualTo(before.plus(billed()));
    set("tenant", "default", "{\"period\": \"day\"}");
    paths.forEach(
        path -> assertThat(rest(path, "stopped").get("reason").asText()).isEqualTo("completed"));
  }

  @Test
  void cutStreamCountsAsWhatWasReservedAndNeverLessThanIsBilled() {
    var body = Script.say("One two three four five six seven.").by("tearful");
    var stop = house.client().post("/v1/runs", body).body();
    assertThat(stop.at("/stop/reason").asText()).isEqualTo("completed");
    var cost = Usd.parse(stop.at("/stop/cost_usd").asText());
    var session = stop.get("session").asText();
    Site.until("it is settled", () -> used("session", session).equals(cost));
    assertThat(cost.nanos()).isGreaterThanOrEqualTo(billed().nanos());
    assertThat(bills()).hasSize(1);
    assertThat(bills().get(0).get("broken").asInt()).isOne();
    assertThat(bills().get(0).get("complete").asInt()).isOne();
  }

  @Test
  void toolWithAPriceIsPaidForOrWaits() {
    newSession("tools");
    set("session", "tools", "{\"limit_usd\": \"0.40\"}");
    var path = begin(0, "tools", turns(2, "paid"));
    var stop = rest(path, "suspended");
    assertThat(stop.get("reason").asText()).isEqualTo("budget_exhausted");
    assertThat(stop.get("detail").asText()).contains("the next call may come to 0.25 USD");
    set("session", "tools", "{\"limit_usd\": \"5\"}");
    var end = rest(path, "stopped");
    assertThat(end.get("reason").asText()).isEqualTo("completed");
    var cost = Usd.parse(end.get("cost_usd").asText());
    assertThat(cost).isEqualTo(billed().plus(Usd.parse("0.5")));
    assertThat(used("session", "tools")).isEqualTo(cost);
  }

  @Test
  void thresholdIsToldInTheSessionsEvents() {
    newSession("warned");
    set("session", "warned", "{\"limit_usd\": \"0.90\"}");
    var path = begin(0, "warned", turns(40, "echo"));
    rest(path, "suspended");
    var warning =
        Site.until(
            "a warning",
            () ->
                house.client().history("warned").stream()
                    .filter(event -> event.get("type").asText().equals("budget.warning"))
                    .findFirst());
    assertThat(warning.get("scope").asText()).isEqualTo("session");
    assertThat(warning.get("percent").asInt()).isEqualTo(80);
    assertThat(warning.get("limit_usd").asText()).isEqualTo("0.90");
  }

  @Test
  void nothingIsSentWhileRedisStandsStill() {
    newSession("still");
    set("session", "still", "{\"limit_usd\": \"0.60\"}");
    var paths = new ArrayList<String>();
    for (int i = 0; i < 10; i++) {
      var fork = house.client().post("/v1/sessions/still/fork", "{}").text("/id");
      paths.add(begin(i, fork, turns(6, "echo")));
    }
    house.pauseRedis();
    var seen = new ArrayList<Usd>();
    Site.until(
        "the bill stands still",
        () -> {
          seen.add(billed());
          return seen.size() > 200 && seen.getLast().equals(seen.get(seen.size() - 100));
        });
    house.resumeRedis();
    assertThat(reasons(paths)).contains("budget_exhausted");
    assertThat(billed().nanos()).isLessThanOrEqualTo(Usd.parse("0.6").nanos());
    assertThat(used("session", "still").nanos()).isGreaterThanOrEqualTo(billed().nanos());
  }

  @Test
  void usageAddsUpToWhatWasBilledByWhicheverWayItIsTold() {
    newSession("told");
    var before = usage("agent", "agent", "buyer");
    rest(begin(1, "told", turns(2, "echo")), "stopped");
    assertThat(usage("agent", "agent", "buyer")).isEqualTo(before.plus(billed()));
    assertThat(usage("session", "session", "told")).isEqualTo(billed());
  }

  private static Usd usage(String by, String field, String key) {
    for (var row : house.client().get("/v1/usage?limit=200&by=" + by).body().get("items")) {
      if (row.get(field).asText().equals(key)) {
        return Usd.parse(row.get("cost_usd").asText());
      }
    }
    return Usd.ZERO;
  }
}
