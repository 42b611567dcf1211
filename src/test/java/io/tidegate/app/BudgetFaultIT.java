package io.tidegate.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidegate.conversation.Price;
import io.tidegate.conversation.Usage;
import io.tidegate.conversation.Usd;
import io.tidegate.loop.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A gateway is killed with reservations in budgets that it shares with another one, and the other
 * settles them.
 */
class BudgetFaultIT {
  private static final Price PRICE =
      new Price(Usd.parse("20"), Usd.parse("20"), Usd.parse("20"), Usd.parse("100"));

  /**
   * Those that begin at the gateway that dies come first, and what they reserve holds up others.
   */
  private static final int DEAD = 8;

  private static final int RUNS = 24;
  private static final int TURNS = 3;

  /** Room for about half of them at a time. */
  private static final Usd LIMIT = Usd.parse("0.6");

  private Fleet fleet;

  @BeforeEach
  void start() {
    fleet =
        Fleet.open(
            2,
            Fleet.SLOW,
            model ->
                Map.of("models.yaml", MODELS.replace("MODEL", model), "agents/buyer.yaml", BUYER));
  }

  @AfterEach
  void stop() {
    fleet.close();
  }

  /** What the provider billed, broken replies too. */
  private Usd billed() {
    var sum = Usd.ZERO;
    for (var bill : fleet.model().get("/admin/bills").body().get("items")) {
      long input = bill.get("input").asLong() + bill.get("broken_input").asLong();
      long output = bill.get("output").asLong() + bill.get("broken_output").asLong();
      sum = sum.plus(PRICE.cost(new Usage(input, 0, 0, output, 0)));
    }
    return sum;
  }

  private void set(String scope, String id, String limits) {
    var answer = fleet.client().ask("PUT", "/v1/budgets/" + scope + "/" + id, limits);
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
  }

  private Usd amount(String scope, String id, String name) {
    var path = "/v1/budgets?scope=" + scope + "&id=" + id;
    return Usd.parse(fleet.client().get(path).body().get("items").get(0).get(name).asText());
  }

  private String newSession(String id) {
    var body = "{\"agent\": \"buyer\", \"id\": \"" + id + "\"}";
    assertThat(fleet.client().post("/v1/sessions", body).status()).isEqualTo(201);
    return id;
  }

  private String begin(int nth, String session) {
    var script = new Calls();
    for (int turn = 0; turn < TURNS; turn++) {
      script.turn("word ".repeat(40)).call("look", session + "/" + turn, 1 + nth);
    }
    var request = Site.request("buyer", script.turn("The end.").script());
    var answer =
        fleet.client(nth < DEAD ? 0 : 1).post("/v1/sessions/" + session + "/runs", request);
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(202);
    return Site.path(answer.body());
  }

  private void rests(String path) {
    untilRun(path, run -> !List.of("running", "queued").contains(run.get("status").asText()));
  }

  private void completes(String path) {
    untilRun(path, run -> run.at("/stop/reason").asText().equals("completed"));
  }

  private void untilRun(String path, Predicate<JsonNode> holds) {
    try {
      Site.until(path, () -> holds.test(fleet.client().get(path).body()));
    } catch (AssertionError stuck) {
      throw new AssertionError(fleet.standing(Site.session(path)), stuck);
    }
  }

  /** How many questions of the dead one nobody heard the end of. */
  private long voided(List<String> paths) {
    return paths.stream()
        .flatMap(path -> fleet.journal(Site.session(path)).stream())
        .filter(
            entry ->
                entry.event() instanceof Event.ModelFailed failed
                    && failed.failure().message().contains("The gateway stopped"))
        .count();
  }

  /** What must hold of the budget when nothing is under way. */
  private void assertSettled(String scope, String id, Usd limit) {
    Site.until(
        "nothing is reserved any more", () -> amount(scope, id, "reserved_usd").equals(Usd.ZERO));
    assertThat(amount(scope, id, "used_usd").nanos()).isBetween(billed().nanos(), limit.nanos());
  }

  private void killsOne(String scope, String id, List<String> paths) {
    fleet.kill(0);
    paths.forEach(this::rests);
    assertThat(voided(paths)).isPositive();
    assertSettled(scope, id, LIMIT);

    set(scope, id, limit("1000", scope));
    paths.forEach(this::completes);
    assertSettled(scope, id, Usd.parse("1000"));
  }

  private static String limit(String usd, String scope) {
    var period = scope.equals("tenant") ? ", \"period\": \"day\"" : "";
    return "{\"limit_usd\": \"" + usd + "\"" + period + "}";
  }

  @Test
  void whatADeadGatewayHadReservedInASessionIsSettledByTheOther() {
    newSession("dollar");
    set("session", "dollar", limit(LIMIT.toString(), "session"));
    var paths = new ArrayList<String>();
    for (int i = 0; i < RUNS; i++) {
      var fork = fleet.client().post("/v1/sessions/dollar/fork", "{}").text("/id");
      paths.add(begin(i, fork));
    }
    killsOne("session", "dollar", paths);
  }

  @Test
  void whatADeadGatewayHadReservedOfATenantIsSettledByTheOther() {
    set("tenant", "default", limit(LIMIT.toString(), "tenant"));
    var paths = new ArrayList<String>();
    for (int i = 0; i < RUNS; i++) {
      paths.add(begin(i, newSession("s" + i)));
    }
    killsOne("tenant", "default", paths);
  }

  private static final String MODELS =
      """
      providers:
        sim: {protocol: openai-chat, base-url: "MODEL/v1"}
      models:
        script:
          targets:
            - {provider: sim, model: "script?tokens=bytes&first=20&every=100&words=1", max-output: 300, price: {input: "20", output: "100"}}
      """;

  private static final String BUYER = "model: script\ntools: [look, put]\nlimits: {steps: 50}\n";
}
