package io.tidegate.app;

import static io.tidegate.app.Script.call;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Where runs end or wait because they went too far, and how they go on. */
class LimitsIT {
  private static final Script.Call SAME = call("sleep", "{\"ms\": 1}");
  private static Harness house;

  @BeforeAll
  static void start() {
    house = Harness.start();
  }

  @AfterAll
  static void stop() {
    house.close();
  }

  private static List<JsonNode> run(String body) {
    return Events.data(house.client().stream("/v1/runs", body));
  }

  private static Script turns(int count) {
    var script = new Script();
    for (int i = 0; i < count; i++) {
      script.then("", call("echo", "{\"turn\": " + i + "}"));
    }
    return script.then("The end.");
  }

  private static Script same(int count) {
    var script = new Script();
    Collections.nCopies(count, SAME).forEach(call -> script.then("", call));
    return script.then("The end.");
  }

  private static Client.Answer resume(JsonNode event, String body) {
    return house
        .client()
        .post(
            "/v1/sessions/%s/runs/%s/resume"
                .formatted(event.get("session").asText(), event.get("run").asText()),
            body);
  }

  private static List<JsonNode> after(JsonNode event, String type) {
    return Events.data(
        house
            .client()
            .follow(
                "/v1/sessions/"
                    + event.get("session").asText()
                    + "/events?after="
                    + event.get("seq"),
                e -> e.type().equals(type)));
  }

  @Test
  void modelThatGoesInCirclesIsToldAndThenStopped() {
    var events = run(same(20).by("thrifty", "\"stream\": true"));
    var stop = Events.stop(events);
    assertThat(stop.get("reason").asText()).isEqualTo("loop_detected");
    assertThat(stop.get("final").asBoolean()).isTrue();
    assertThat(Events.of(events, "tool.finished")).hasSize(4);
    var session = events.getFirst().get("session").asText();
    assertThat(house.client().get("/v1/sessions/" + session).body().get("transcript").toString())
        .contains("Repeating them will not help");
  }

  @Test
  void modelThatMendsItsWaysIsNotStopped() {
    var stop = Events.stop(run(same(3).by("thrifty", "\"stream\": true")));
    assertThat(stop.get("output").asText()).isEqualTo("The end.");
  }

  @Test
  void runEndsAtItsLimitOfSteps() {
    var stop =
        Events.stop(run(turns(9).by("thrifty", "\"stream\": true", "\"limits\": {\"steps\": 3}")));
    assertThat(stop.get("reason").asText()).isEqualTo("max_steps");
    assertThat(stop.get("final").asBoolean()).isTrue();
    assertThat(stop.get("steps").asInt()).isEqualTo(3);
  }

  @Test
  void suspendedRunGoesOnWithHigherLimits() {
    var events = run(turns(5).by("patient", "\"stream\": true", "\"limits\": {\"steps\": 3}"));
    var suspended = Events.only(events, "run.suspended");
    assertThat(suspended.at("/stop/reason").asText()).isEqualTo("max_steps");
    assertThat(suspended.at("/stop/final").asBoolean()).isFalse();
    assertThat(suspended.at("/stop/next").asText()).contains("higher limit of steps");
    var resumed = resume(suspended, "{\"limits\": {\"steps\": 20}, \"note\": \"go on\"}");
    assertThat(resumed.status()).as("%s", resumed.body()).isEqualTo(202);
    var rest = after(suspended, "run.stopped");
    assertThat(Events.of(rest, "run.resumed"))
        .anyMatch(e -> e.path("note").asText().equals("go on"));
    assertThat(Events.stop(rest).get("output").asText()).isEqualTo("The end.");
    assertThat(Events.stop(rest).get("steps").asInt()).isEqualTo(6);
    assertThat(resume(suspended, "{}").status()).isEqualTo(422);
  }

  @Test
  void suspendedRunThatIsResumedAsItWasIsSuspendedAgain() {
    var events = run(turns(5).by("patient", "\"stream\": true", "\"limits\": {\"steps\": 3}"));
    var suspended = Events.only(events, "run.suspended");
    assertThat(resume(suspended, "{}").status()).isEqualTo(202);
    var again = Events.only(after(suspended, "run.suspended"), "run.suspended");
    assertThat(again.at("/stop/reason").asText()).isEqualTo("max_steps");
  }

  @Test
  void circleSuspendsAndTheRunGoesOnWhenSomebodyLooked() {
    var events = run(same(4).by("patient", "\"stream\": true"));
    var suspended = Events.only(events, "run.suspended");
    assertThat(suspended.at("/stop/reason").asText()).isEqualTo("loop_detected");
    resume(suspended, "{}");
    assertThat(Events.stop(after(suspended, "run.stopped")).get("output").asText())
        .isEqualTo("The end.");
  }

  @Test
  void costLimitSuspendsAndAHigherOneLetsTheRunGoOn() {
    var events =
        run(turns(5).by("thrifty", "\"stream\": true", "\"limits\": {\"cost_usd\": \"0.001\"}"));
    var suspended = Events.only(events, "run.suspended");
    assertThat(suspended.at("/stop/reason").asText()).isEqualTo("budget_exhausted");
    assertThat(suspended.at("/stop/final").asBoolean()).isFalse();
    assertThat(suspended.at("/stop/cost_usd").isTextual()).isTrue();
    assertThat(resume(suspended, "{\"limits\": {\"cost_usd\": \"100\"}}").status()).isEqualTo(202);
    assertThat(Events.stop(after(suspended, "run.stopped")).get("output").asText())
        .isEqualTo("The end.");
  }

  @Test
  void suspendedRunCanBeCancelled() {
    var events = run(turns(5).by("patient", "\"stream\": true", "\"limits\": {\"steps\": 3}"));
    var suspended = Events.only(events, "run.suspended");
    var path =
        "/v1/sessions/%s/runs/%s/cancel"
            .formatted(suspended.get("session").asText(), suspended.get("run").asText());
    assertThat(house.client().post(path, "{}").status()).isEqualTo(202);
    assertThat(Events.stop(after(suspended, "run.stopped")).get("reason").asText())
        .isEqualTo("cancelled");
  }

  @Test
  void deadlineEndsARunThatTakesTooLong() {
    var events =
        run(
            Script.calls(call("sleep", "{\"ms\": 4000}"))
                .by("tester", "\"stream\": true", "\"limits\": {\"deadline\": \"700ms\"}"));
    assertThat(Events.stop(events).get("reason").asText()).isEqualTo("deadline_exceeded");
    assertThat(Events.only(events, "tool.finished").get("status").asText()).isEqualTo("cancelled");
  }
}
