package io.tidegate.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.session.bundled.BundledRedis;
import io.tidegate.simulator.SimulatorSettings;
import io.tidegate.simulator.scenario.Pace;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A run of a thousand turns. A model is sent the whole transcript each turn, so that three thousand
 * would be nine times the work of this; the loop alone goes that far in its own tests.
 */
class LongRunIT {
  private static final int TURNS = 1000;
  @TempDir Path data;
  private BundledRedis redis;
  private Harness house;

  @BeforeEach
  void start() throws Exception {
    redis = BundledRedis.start(data);
    var settings = SimulatorSettings.DEFAULT.withToolMs(0).withPace(new Pace(0, 0, 100, 0));
    house = Harness.start(settings, Map.of(), Map.of("REDIS_URL", redis.url()));
  }

  @AfterEach
  void stop() {
    house.close();
    redis.close();
  }

  @Test
  void thousandTurnsCompleteAndEachAddsAsMuchToTheJournal() {
    var answer =
        house.client().post("/v1/runs", Script.request("chatter", "Do " + TURNS + " turns."));
    assertThat(answer.text("/stop/reason")).as("%s", answer.body()).isEqualTo("completed");
    assertThat(answer.body().at("/stop/steps").asInt()).isEqualTo(TURNS + 1);
    assertThat(answer.body().at("/stop/tool_calls").asInt()).isEqualTo(TURNS);
    var turns = bytesPerTurn(answer.text("/session"));
    assertThat(turns).hasSizeGreaterThanOrEqualTo(TURNS);
    assertThat(turns.get(100)).isLessThanOrEqualTo(turns.get(5) * 11 / 10);
    assertThat(turns.get(900)).isLessThanOrEqualTo(turns.get(5) * 11 / 10);
  }

  /** What Redis keeps of the session, cut where the model is asked. */
  private List<Integer> bytesPerTurn(String session) {
    var client = Redis.createClient(house.vertx(), redis.url());
    var key = "tg:{default:%s}:%s:log".formatted(session, session);
    var entries =
        Harness.await(client.send(Request.cmd(Command.XRANGE).arg(key).arg("-").arg("+")));
    var turns = new ArrayList<Integer>();
    int bytes = 0;
    for (Response entry : entries) {
      var text = entry.get(1).get(1).toString();
      if (text.contains("ModelAsked")
          || text.contains("model_asked")
          || text.contains("model.asked")) {
        turns.add(bytes);
        bytes = 0;
      }
      bytes += text.length();
    }
    client.close();
    return turns;
  }
}
