package io.tidegate.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidegate.loop.Event;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Writes that were in flight when the gateway was killed: one kill, and what becomes of each after
 * it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OutcomeFaultIT {
  /** Longer than any tool's timeout. */
  private static final int HANGS = 60_000;

  private final Site site = Site.open();
  private String happened;
  private String rerun;
  private String failed;
  private String policyFail;
  private String policyRetry;
  private String early;

  @BeforeAll
  void killWhenAllAreSent() {
    happened = site.begin("worker", Calls.one("write", "happened", HANGS));
    rerun = site.begin("worker", Calls.one("write", "rerun", HANGS));
    failed = site.begin("worker", Calls.one("write", "failed", HANGS));
    policyFail = site.begin("worker", Calls.one("write-or-fail", "policy-fail", HANGS));
    policyRetry = site.begin("worker", Calls.one("write-again", "policy-retry", HANGS));
    Site.until("all are sent", () -> site.tools().uses().size() == 5);
    early = site.begin("worker", Calls.one("write", "early", HANGS));
    Site.until("the last is sent", () -> !site.tools().uses("early").isEmpty());
    site.killAndStart();
  }

  @AfterAll
  void close() {
    site.close();
  }

  private String unknownCall(String path) {
    var stop = site.rest(path);
    assertThat(stop.get("reason").asText()).as("%s", stop).isEqualTo("outcome_unknown");
    assertThat(stop.get("final").asBoolean()).isFalse();
    var session = site.client().get("/v1/sessions/" + Site.session(path)).body();
    for (var call : session.get("calls")) {
      if (call.get("status").asText().equals("unknown")) {
        return call.get("call").asText();
      }
    }
    throw new AssertionError(session.toString());
  }

  private Client.Answer settle(String path, String call, String body) {
    return site.client().post("/v1/sessions/" + Site.session(path) + "/outcomes/" + call, body);
  }

  /** What the model was told about the run's only call. */
  private String told(String path) {
    JsonNode found = null;
    for (var message :
        site.client().get("/v1/sessions/" + Site.session(path)).body().get("transcript")) {
      found = message.toString().contains("\"result") ? message : found;
    }
    return String.valueOf(found);
  }

  private void assertCompleted(String path) {
    var stop = site.rest(path);
    assertThat(stop.get("reason").asText()).as("%s", stop).isEqualTo("completed");
    assertThat(stop.get("output").asText()).isEqualTo("The end.");
  }

  @Test
  void writeInFlightIsUnknownOnlyWhenItsOwnTimeoutHasPassed() {
    unknownCall(early);
    var sentAt = site.tools().uses("early").getFirst().atMs();
    var unknown =
        site.journal(Site.session(early)).stream()
            .filter(entry -> entry.event() instanceof Event.CallReturned)
            .findFirst()
            .orElseThrow();
    // The tool's clock starts when the request is sent, a little before it arrives.
    assertThat(unknown.at()).isGreaterThanOrEqualTo(sentAt + 2_000 - 100);
  }

  @Test
  void outcomeThatHappenedGoesToTheModelWithItsResult() {
    var call = unknownCall(happened);
    var body = "{\"outcome\": \"happened\", \"result\": {\"entry\": \"E-77\"}}";
    assertThat(settle(happened, call, body).status()).isEqualTo(200);
    assertCompleted(happened);
    assertThat(told(happened)).contains("E-77");
    assertThat(site.tools().uses("happened")).hasSize(1);
    assertThat(settle(happened, call, body).status()).isEqualTo(409);
    assertThat(settle(happened, call, "{\"outcome\": \"rerun\"}").status()).isEqualTo(409);
  }

  @Test
  void callThatIsRunAgainIsSentOnceMoreUnderTheSameKey() {
    var call = unknownCall(rerun);
    assertThat(settle(rerun, call, "{\"outcome\": \"rerun\"}").status()).isEqualTo(200);
    assertCompleted(rerun);
    var uses = site.tools().uses("rerun");
    assertThat(uses).hasSize(2);
    assertThat(uses.get(0).key()).isEqualTo(uses.get(1).key());
    assertThat(told(rerun)).contains("done");
    assertThat(settle(rerun, call, "{\"outcome\": \"happened\"}").status()).isEqualTo(409);
  }

  @Test
  void callThatAPersonFoundFailedIsToldSoAndNotSentAgain() {
    var call = unknownCall(failed);
    var body = "{\"outcome\": \"failed\", \"note\": \"The books say no.\"}";
    assertThat(settle(failed, call, body).status()).isEqualTo(200);
    assertCompleted(failed);
    assertThat(told(failed)).contains("The books say no.");
    assertThat(site.tools().uses("failed")).hasSize(1);
    assertThat(settle(failed, call, body).status()).isEqualTo(409);
  }

  @Test
  void policyFailTellsTheModelThatNobodyKnows() {
    assertCompleted(policyFail);
    assertThat(told(policyFail)).contains("Nobody knows whether this call took effect");
    assertThat(site.tools().uses("policy-fail")).hasSize(1);
  }

  @Test
  void policyRetrySendsItAgainUnderTheSameKey() {
    assertCompleted(policyRetry);
    var uses = site.tools().uses("policy-retry");
    assertThat(uses).hasSize(2);
    assertThat(uses.get(0).key()).isEqualTo(uses.get(1).key());
    assertThat(uses.get(1).atMs()).isGreaterThanOrEqualTo(uses.get(0).atMs() + 2_000 - 100);
  }
}
