package io.tidegate.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A run through the whole gateway, from the socket to Redis and back. */
class RunIT {
  private static Harness house;

  @BeforeAll
  static void start() {
    house = Harness.start();
  }

  @AfterAll
  static void stop() {
    house.close();
  }

  static String run(String script, String more) {
    return "{\"agent\": \"tester\", \"input\": %s%s}"
        .formatted(Harness.JSON.getNodeFactory().textNode(script), more);
  }

  @Test
  void waitedForARunAnswersWithItsStop() {
    var answer = house.client().post("/v1/runs", run("[{\"say\": \"Hello.\"}]", ""));
    assertThat(answer.status()).as("%s", answer).isEqualTo(200);
    assertThat(answer.body().at("/stop/reason").asText()).isEqualTo("completed");
    assertThat(answer.body().at("/stop/output").asText()).isEqualTo("Hello.");
  }

  @Test
  void streamedRunShowsCallsAndTextAndEndsWithItsStop() {
    var script =
        "[{\"say\": \"Let me see.\", \"call\": [{\"tool\": \"echo\", \"args\": {\"x\": 1}}]},"
            + " {\"say\": \"Done.\"}]";
    var events = house.client().stream("/v1/runs", run(script, ", \"stream\": true"));
    assertThat(events.stream().map(Client.Event::type).distinct())
        .contains("run.started", "text.delta", "tool.proposed", "tool.started", "tool.finished")
        .endsWith("run.stopped");
  }
}
