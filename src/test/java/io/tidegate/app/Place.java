package io.tidegate.app;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidegate.loop.Entry;
import java.util.List;
import java.util.Optional;

/** One or several gateways, with the tools that they call and what they wrote down. */
interface Place {

  /** A client of one that serves. */
  Client client();

  ToolServer tools();

  /** A session's journal as Redis has it. */
  List<Entry> journal(String session);

  /** Starts a run that nobody waits for; returns its path. */
  default String begin(String agent, String script) {
    var answer = client().post("/v1/runs", Site.request(agent, script));
    if (answer.status() != 202) {
      throw new AssertionError(answer.toString());
    }
    return Site.path(answer.body());
  }

  /** Waits until the run has stopped or waits for people; returns its stop. */
  default JsonNode rest(String path) {
    try {
      return Site.until(
              path + " rests",
              () -> Optional.of(client().get(path).body()).filter(run -> !run.get("stop").isNull()))
          .get("stop");
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + standing(Site.session(path)), e);
    }
  }

  /** What is known of a session that does not come to rest. */
  default String standing(String session) {
    return "";
  }
}
