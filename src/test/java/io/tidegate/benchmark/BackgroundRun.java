package io.tidegate.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.concurrent.TimeUnit;

/** A run that nobody watches. */
record BackgroundRun(String session, String run) {
  /** Longer than a takeover and any run of a benchmark, on a machine that is busy besides. */
  private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(5);

  /** Begins one. */
  static BackgroundRun begin(Api api, String agent, String input) {
    var answer = api.post("/v1/runs", Api.run(agent, input, "background"));
    if (answer.status() != 202) {
      throw new IllegalStateException("a run was not accepted: " + answer.text());
    }
    var body = answer.body();
    return new BackgroundRun(body.get("session").asText(), body.get("run").asText());
  }

  /** How it came to rest; waits for that, and gives a missing node if it takes too long. */
  JsonNode rest(Api api) {
    long begin = System.nanoTime();
    while (System.nanoTime() - begin < PATIENCE_NANOS) {
      var body = api.get("/v1/sessions/" + session + "/runs/" + run).body();
      if (body != null && body.path("stop").isObject()) {
        return body.get("stop");
      }
      Interrupted.pause(500);
    }
    return MissingNode.getInstance();
  }
}
