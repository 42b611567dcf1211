package io.tidegate.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Answers that must follow a schema. */
class OutputIT {
  private static final String VALID = "{\"total\": 12}";
  private static final String INVALID = "{\"total\": \"a dozen\"}";
  private static Harness house;

  @BeforeAll
  static void start() {
    house = Harness.start();
  }

  @AfterAll
  static void stop() {
    house.close();
  }

  private static List<JsonNode> run(String agent, Script script) {
    return Events.data(house.client().stream("/v1/runs", script.by(agent, "\"stream\": true")));
  }

  @Test
  void invalidAnswerIsAskedForAgain() {
    var events = run("typed", Script.say(INVALID).then(VALID));
    assertThat(Events.of(events, "output.checked"))
        .extracting(e -> e.get("valid").asBoolean())
        .containsExactly(false, true);
    assertThat(Events.of(events, "output.checked").getFirst().get("problems").toString())
        .contains("total");
    assertThat(Events.stop(events).get("reason").asText()).isEqualTo("completed");
    assertThat(Events.stop(events).get("output")).isEqualTo(Harness.json(VALID));
  }

  @Test
  void answerThatStaysInvalidEndsTheRun() {
    var events = run("typed", Script.say(INVALID).then("twelve").then(VALID));
    assertThat(Events.stop(events).get("reason").asText()).isEqualTo("output_invalid");
    assertThat(Events.stop(events).get("detail").asText()).isNotEmpty();
    assertThat(Events.of(events, "model.finished")).hasSize(2);
  }

  @Test
  void verifiedStreamShowsNoTextThatWasRefused() {
    var events = run("verified", Script.say(INVALID).then(VALID));
    assertThat(Events.of(events, "text.delta")).isNotEmpty();
    assertThat(Events.said(events, 2)).isEqualTo(VALID);
    assertThat(afterInput(events)).doesNotContain("a dozen");
    assertThat(Events.stop(events).get("output")).isEqualTo(Harness.json(VALID));
    var session = events.getFirst().get("session").asText();
    assertThat(afterInput(house.client().history(session))).doesNotContain("a dozen");
  }

  /** The script stands in the input. */
  private static String afterInput(List<JsonNode> events) {
    return events.stream().filter(e -> !e.has("input")).toList().toString();
  }
}
