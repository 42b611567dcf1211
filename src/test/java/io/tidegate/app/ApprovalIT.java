package io.tidegate.app;

import static io.tidegate.app.Script.call;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Calls that a person has to look at. */
class ApprovalIT {
  private static final Script.Call GATED = call("write", "{\"amount\": 2000}");
  private static Harness house;

  @BeforeAll
  static void start() {
    house = Harness.start();
  }

  @AfterAll
  static void stop() {
    house.close();
  }

  private static List<JsonNode> run(Script script, String agent) {
    return Events.data(house.client().stream("/v1/runs", script.by(agent, "\"stream\": true")));
  }

  private static Client.Answer decide(JsonNode requested, String decision) {
    return house
        .client()
        .post(
            "/v1/sessions/%s/approvals/%s"
                .formatted(requested.get("session").asText(), requested.get("call").asText()),
            decision);
  }

  private static List<JsonNode> rest(JsonNode requested) {
    return Events.data(
        house
            .client()
            .follow(
                "/v1/sessions/"
                    + requested.get("session").asText()
                    + "/events?after="
                    + requested.get("seq"),
                e -> e.type().equals("run.stopped")));
  }

  private static JsonNode finished(List<JsonNode> events, JsonNode requested) {
    return Events.of(events, "tool.finished").stream()
        .filter(e -> e.get("call").equals(requested.get("call")))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void gatedCallSuspendsTheRunWhileItsSiblingsRun() {
    var events =
        run(Script.calls(GATED, call("echo", "{}"), call("write", "{\"amount\": 5}")), "careful");
    var stop = Events.only(events, "run.suspended").get("stop");
    assertThat(stop.get("reason").asText()).isEqualTo("approval_pending");
    assertThat(stop.get("final").asBoolean()).isFalse();
    assertThat(Events.of(events, "tool.finished"))
        .hasSize(2)
        .allMatch(e -> e.get("status").asText().equals("succeeded"));
    var requested = Events.only(events, "approval.requested");
    assertThat(requested.get("tool").asText()).isEqualTo("write");
    assertThat(requested.at("/args/amount").asInt()).isEqualTo(2000);
    assertThat(requested.get("expires_at").asText()).isNotEmpty();
    assertThat(house.client().get("/v1/approvals?status=pending&limit=50").body().get("items"))
        .extracting(item -> item.get("call").asText())
        .contains(requested.get("call").asText());
  }

  @Test
  void approvedCallRunsAndTheRunGoesOn() {
    var requested =
        Events.only(run(Script.calls(GATED).then("Done."), "careful"), "approval.requested");
    assertThat(decide(requested, "{\"decision\": \"approve\", \"note\": \"fine\"}").status())
        .isEqualTo(200);
    var rest = rest(requested);
    var decided = Events.only(rest, "approval.decided");
    assertThat(decided.get("decision").asText()).isEqualTo("approve");
    assertThat(decided.get("note").asText()).isEqualTo("fine");
    assertThat(finished(rest, requested).get("status").asText()).isEqualTo("succeeded");
    assertThat(Events.stop(rest).get("output").asText()).isEqualTo("Done.");
    assertThat(decide(requested, "{\"decision\": \"approve\"}").status()).isEqualTo(409);
    assertThat(decide(requested, "{\"decision\": \"deny\"}").status()).isEqualTo(409);
  }

  @Test
  void deniedCallIsAResultForTheModel() {
    var requested =
        Events.only(run(Script.calls(GATED).then("Done."), "careful"), "approval.requested");
    decide(requested, "{\"decision\": \"deny\"}");
    var rest = rest(requested);
    assertThat(finished(rest, requested).get("status").asText()).isEqualTo("denied");
    assertThat(Events.of(rest, "tool.started")).isEmpty();
    assertThat(Events.stop(rest).get("reason").asText()).isEqualTo("completed");
  }

  @Test
  void editedArgumentsAreTheOnesThatAreSent() {
    var requested = Events.only(run(Script.calls(GATED), "careful"), "approval.requested");
    decide(
        requested, "{\"decision\": \"approve\", \"args\": {\"amount\": 1, \"mark\": \"edited\"}}");
    var rest = rest(requested);
    assertThat(Events.only(rest, "approval.decided").get("edited").asBoolean()).isTrue();
    var entries = house.simulator().get("/ledger/entries?limit=1000");
    assertThat(entries.body().toString()).contains("\"mark\":\"edited\"");
    assertThat(Events.stop(rest).get("reason").asText()).isEqualTo("completed");
  }

  @Test
  void nobodyCanApproveWhatARuleForbids() {
    var requested = Events.only(run(Script.calls(GATED), "careful"), "approval.requested");
    var forbidden = decide(requested, "{\"decision\": \"approve\", \"args\": {\"amount\": -1}}");
    assertThat(forbidden.status()).isEqualTo(422);
    assertThat(forbidden.text("/detail")).contains("A rule forbids");
    assertThat(decide(requested, "{\"decision\": \"approve\"}").status()).isEqualTo(200);
    assertThat(finished(rest(requested), requested).get("status").asText()).isEqualTo("succeeded");
  }

  @Test
  void forbiddenCallIsAResultForTheModel() {
    var events = run(Script.calls(call("write", "{\"amount\": -5}")).then("Done."), "careful");
    assertThat(Events.only(events, "tool.finished").get("status").asText()).isEqualTo("denied");
    assertThat(Events.stop(events).get("reason").asText()).isEqualTo("completed");
  }

  @Test
  void callsAreDecidedOneAtATimeInAnyOrder() {
    var events =
        run(Script.calls(GATED, call("write", "{\"amount\": 3000}")).then("Done."), "careful");
    var requests = Events.of(events, "approval.requested");
    assertThat(requests).hasSize(2);
    decide(requests.get(1), "{\"decision\": \"approve\"}");
    var middle =
        house
            .client()
            .follow(
                "/v1/sessions/"
                    + requests.get(0).get("session").asText()
                    + "/events?after="
                    + Events.only(events, "run.suspended").get("seq"),
                e -> e.type().equals("run.suspended"));
    assertThat(finished(Events.data(middle), requests.get(1)).get("status").asText())
        .isEqualTo("succeeded");
    decide(requests.get(0), "{\"decision\": \"deny\"}");
    assertThat(Events.stop(rest(requests.get(0))).get("reason").asText()).isEqualTo("completed");
  }

  @Test
  void nobodyElsesCallCanBeDecided() {
    var requested = Events.only(run(Script.calls(GATED), "careful"), "approval.requested");
    var path = "/v1/sessions/" + requested.get("session").asText() + "/approvals/none";
    assertThat(house.client().post(path, "{\"decision\": \"approve\"}").status()).isEqualTo(404);
  }

  @Test
  void approvalThatNobodyGivesInTimeCountsAsDenied() {
    var requested =
        Events.only(run(Script.calls(GATED).then("Done."), "hasty"), "approval.requested");
    var rest = rest(requested);
    assertThat(Events.only(rest, "approval.decided").get("decision").asText()).isEqualTo("expired");
    assertThat(finished(rest, requested).get("status").asText()).isEqualTo("expired");
    assertThat(decide(requested, "{\"decision\": \"approve\"}").status()).isEqualTo(409);
    assertThat(Events.stop(rest).get("reason").asText()).isEqualTo("completed");
  }

  @Test
  void decisionWorksAfterTheGatewayWasStartedAgain() {
    var requested =
        Events.only(run(Script.calls(GATED).then("Done."), "careful"), "approval.requested");
    house.restart();
    assertThat(decide(requested, "{\"decision\": \"approve\"}").status()).isEqualTo(200);
    var rest = rest(requested);
    assertThat(finished(rest, requested).get("status").asText()).isEqualTo("succeeded");
    assertThat(Events.stop(rest).get("output").asText()).isEqualTo("Done.");
  }

  @Test
  void oneOfManyDecisionsAtTheSameTimeCounts() {
    var requested =
        Events.only(run(Script.calls(GATED).then("Done."), "careful"), "approval.requested");
    var statuses =
        IntStream.range(0, 8)
            .mapToObj(
                i ->
                    CompletableFuture.supplyAsync(
                        () ->
                            decide(
                                    requested,
                                    "{\"decision\": \"%s\"}"
                                        .formatted(i % 2 == 0 ? "approve" : "deny"))
                                .status()))
            .toList()
            .stream()
            .map(CompletableFuture::join)
            .toList();
    assertThat(statuses).containsOnlyOnce(200).containsOnly(200, 409);
    assertThat(Events.of(rest(requested), "approval.decided")).hasSize(1);
  }

  @Test
  void forkOfARunThatWaitsAsksNobody() {
    var events = run(Script.calls(GATED, call("echo", "{}")), "careful");
    var session = Events.only(events, "approval.requested").get("session").asText();
    var fork = house.client().post("/v1/sessions/" + session + "/fork", "{}");
    assertThat(fork.status()).as("%s", fork.body()).isEqualTo(201);
    assertThat(fork.text("/status")).isEqualTo("idle");
    var more =
        house
            .client()
            .post(
                "/v1/sessions/" + fork.text("/id") + "/runs",
                "{\"input\": \"[{\\\"say\\\": \\\"Other.\\\"}]\"}");
    assertThat(more.text("/stop/output")).as("%s", more.body()).isEqualTo("Other.");
    assertThat(house.client().get("/v1/sessions/" + session).text("/status"))
        .isEqualTo("suspended");
  }

  @Test
  void cancelledRunTakesNoDecision() {
    var requested = Events.only(run(Script.calls(GATED), "careful"), "approval.requested");
    var path =
        "/v1/sessions/%s/runs/%s/cancel"
            .formatted(requested.get("session").asText(), requested.get("run").asText());
    assertThat(house.client().post(path, "{}").status()).isEqualTo(202);
    var rest = rest(requested);
    assertThat(finished(rest, requested).get("status").asText()).isEqualTo("cancelled");
    assertThat(Events.stop(rest).get("reason").asText()).isEqualTo("cancelled");
    assertThat(decide(requested, "{\"decision\": \"approve\"}").status()).isEqualTo(409);
  }
}
