package io.tidegate.benchmark;

import com.fasterxml.jackson.databind.JsonNode;

/** A run that nobody watches. */
record BackgroundRun(String session, String run) {
  /** Begins one. */
  static BackgroundRun begin(Api api, String agent, String input) {
    var answer = api.post("/v1/runs", Api.run(agent, input, "background"));
    if (answer.status() != 202) {
      throw new IllegalStateException("a run was not accepted: " + answer.text());
    }
    var body = answer.body();
    return new BackgroundRun(body.get("session").asText(), body.get("run").asText());
  }

  /** How it came to rest; waits for that. */
  JsonNode rest(Api api) {
    while (true) {
      var stop = api.get("/v1/sessions/" + session + "/runs/" + run).body().path("stop");
      if (stop.isObject()) {
        return stop;
      }
      Interrupted.pause(500);
    }
  }
}
