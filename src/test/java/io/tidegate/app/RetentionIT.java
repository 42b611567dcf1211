package io.tidegate.app;

import static io.tidegate.app.Script.call;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.simulator.SimulatorSettings;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Sessions that were kept long enough. */
class RetentionIT {

  @Test
  void sessionAtRestGoesAndOneThatWaitsForPeopleOrIsKeptForEverStays() {
    var agent = "model: script\ntools: [echo]\nretention: never\n";
    var files = Map.of("gateway.yaml", "retention: 1ms\n", "agents/lasting.yaml", agent);
    try (var house = Harness.start(SimulatorSettings.DEFAULT.withToolMs(0), files)) {
      var client = house.client();
      var kept = run(client, Script.say("Hello.").by("lasting"));
      var waiting = run(client, Script.calls(call("write", "{\"amount\": 2000}")).by("careful"));
      var over = run(client, Script.say("Hello.").by("tester"));
      Site.until("it is deleted", () -> client.get(over).status() == 404);
      assertThat(client.get(kept).status()).isEqualTo(200);
      assertThat(client.get(waiting).text("/status")).isEqualTo("suspended");
    }
  }

  private static String run(Client client, String request) {
    var run = client.post("/v1/runs", request);
    assertThat(run.status()).as("%s", run).isEqualTo(200);
    return "/v1/sessions/" + run.text("/session");
  }
}
