package io.tidegate.app;

import static io.tidegate.app.Script.call;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Writes of which nobody knows whether they took effect. */
class OutcomeIT {
  private static Harness house;

  @BeforeAll
  static void start() {
    house = Harness.start();
  }

  @AfterAll
  static void stop() {
    house.close();
  }

  /** A run with a write that answers later than its timeout, and a sibling. */
  private static JsonNode suspended() {
    var script =
        Script.calls(call("slow-write", "{\"ms\": 2000}"), call("echo", "{}")).then("Done.");
    var events =
        Events.data(house.client().stream("/v1/runs", script.by("tester", "\"stream\": true")));
    var suspended = Events.only(events, "run.suspended");
    assertThat(suspended.at("/stop/reason").asText()).isEqualTo("outcome_unknown");
    assertThat(suspended.at("/stop/final").asBoolean()).isFalse();
    assertThat(Events.of(events, "tool.finished"))
        .extracting(e -> e.get("tool").asText() + " " + e.get("status").asText())
        .containsExactlyInAnyOrder("echo succeeded", "slow-write unknown");
    return Events.of(events, "tool.finished").stream()
        .filter(e -> e.get("status").asText().equals("unknown"))
        .findFirst()
        .orElseThrow();
  }

  private static Client.Answer say(JsonNode unknown, String outcome) {
    return house
        .client()
        .post(
            "/v1/sessions/%s/outcomes/%s"
                .formatted(unknown.get("session").asText(), unknown.get("call").asText()),
            outcome);
  }

  private static List<JsonNode> after(JsonNode event, String type) {
    return Events.data(
        house
            .client()
            .follow(
                "/v1/sessions/" + event.get("session").asText() + "/events",
                e ->
                    e.type().equals(type)
                        && e.data().get("seq").asLong() > event.get("seq").asLong() + 1));
  }

  @Test
  void writeWithAnUnknownOutcomeIsNeverSentTwiceByItself() {
    var unknown = suspended();
    assertThat(say(unknown, "{\"outcome\": \"happened\", \"result\": {\"ok\": 1}}").status())
        .isEqualTo(200);
    var events = after(unknown, "run.stopped");
    assertThat(Events.stop(events).get("output").asText()).isEqualTo("Done.");
    assertThat(Events.of(events, "tool.started"))
        .filteredOn(e -> e.get("tool").asText().equals("slow-write"))
        .hasSize(1);
    assertThat(say(unknown, "{\"outcome\": \"failed\"}").status()).isEqualTo(409);
  }

  @Test
  void unknownOutcomeIsInTheInboxUntilSomebodySaysWhatHappened() {
    var unknown = suspended();
    var item = asked(unknown).orElseThrow();
    assertThat(item.get("kind").asText()).isEqualTo("outcome");
    assertThat(item.get("tool").asText()).isEqualTo("slow-write");
    assertThat(item.at("/args/ms").asInt()).isEqualTo(2000);
    assertThat(item.get("attempt").asInt()).isEqualTo(1);
    assertThat(Instant.parse(item.get("sent_at").asText()))
        .isBeforeOrEqualTo(Instant.parse(unknown.get("at").asText()));
    assertThat(item.get("idempotency_key").asText()).isNotEmpty();
    assertThat(item.get("choices"))
        .extracting(JsonNode::asText)
        .containsExactly("happened", "rerun", "failed");
    assertThat(say(unknown, "{\"outcome\": \"happened\"}").status()).isEqualTo(200);
    assertThat(asked(unknown)).isEmpty();
  }

  private static Optional<JsonNode> asked(JsonNode unknown) {
    var items = house.client().get("/v1/approvals?limit=50").body().get("items");
    return StreamSupport.stream(items.spliterator(), false)
        .filter(item -> item.get("session").equals(unknown.get("session")))
        .findFirst();
  }

  @Test
  void failedOutcomeIsAResultForTheModel() {
    var unknown = suspended();
    say(unknown, "{\"outcome\": \"failed\", \"note\": \"It is not in the books.\"}");
    var events = after(unknown, "run.stopped");
    assertThat(Events.stop(events).get("reason").asText()).isEqualTo("completed");
    var session = unknown.get("session").asText();
    assertThat(house.client().get("/v1/sessions/" + session).body().get("transcript").toString())
        .contains("It is not in the books.");
  }

  @Test
  void rerunSendsTheCallOnceMore() {
    var unknown = suspended();
    say(unknown, "{\"outcome\": \"rerun\"}");
    var events = after(unknown, "run.suspended");
    assertThat(Events.of(events, "tool.started"))
        .filteredOn(e -> e.get("call").equals(unknown.get("call")))
        .extracting(e -> e.get("attempt").asInt())
        .containsExactly(1, 2);
  }
}
