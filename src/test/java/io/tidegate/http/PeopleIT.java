package io.tidegate.http;

import static io.tidegate.http.FrontDoorIT.json;
import static io.tidegate.http.FrontDoorIT.problem;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.conversation.Json;
import io.tidegate.loop.Event;
import io.tidegate.loop.Outcome;
import io.tidegate.run.SessionId;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What people do through the API: decide, answer, look into the inbox, correct the state. */
class PeopleIT {
  private static final SessionId S1 = new SessionId("default", "s1");

  private final TestDoor door = new TestDoor();

  @AfterEach
  void close() {
    door.close();
  }

  private HttpResponse<String> patch(String body, String... headers) {
    var request =
        HttpRequest.newBuilder(door.uri("/v1/sessions/s1/state"))
            .method("PATCH", HttpRequest.BodyPublishers.ofString(body))
            .header("Content-Type", "application/merge-patch+json");
    return door.send(headers.length == 0 ? request : request.headers(headers));
  }

  @Test
  void theStateIsCorrectedByWhoSawIt() {
    door.post("/v1/sessions", "{\"agent\":\"helper\",\"id\":\"s1\"}");
    var tag = door.get("/v1/sessions/s1").headers().firstValue("ETag").orElseThrow();
    assertThat(tag).isEqualTo("\"1\"");
    var answer = patch("{\"n\":5,\"gone\":null}", "If-Match", tag);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("ETag")).contains("\"2\"");
    assertThat(json(answer).getJsonObject("state").getInteger("n")).isEqualTo(5);
    assertThat(json(answer).getInteger("head")).isEqualTo(2);
    problem(patch("{}", "If-Match", tag), 412);
    problem(patch("{}", "If-Match", "\"x\""), 400);
    problem(patch("[]", "If-Match", "*"), 400);
    problem(patch("{}"), 428);
    assertThat(patch("{}", "If-Match", "*").statusCode()).isEqualTo(200);
  }

  @Test
  void callsAreDecidedOneAtATime() throws Exception {
    var call = "/v1/sessions/s1/approvals/r1-c1";
    var response = door.post(call, "{\"decision\":\"approve\",\"args\":{\"a\":1},\"note\":\"ok\"}");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(door.sessions.nextAsked()).isEqualTo("decide s1 r1-c1 true {\"a\":1} ok");
    var again = door.post(call, "{\"decision\":\"deny\",\"note\":\"again\"}");
    assertThat(problem(again, 409).getString("type")).endsWith(":already-decided");
    var outcome = "/v1/sessions/s1/outcomes/r1-c2";
    assertThat(door.post(outcome, "{\"outcome\":\"happened\",\"result\":[1]}").statusCode())
        .isEqualTo(200);
    assertThat(door.sessions.nextAsked()).isEqualTo("settle s1 r1-c2 HAPPENED [1]");
    problem(door.post(outcome, "{\"outcome\":\"maybe\"}"), 422);
    problem(door.post(outcome, "{}"), 400);
    var input = "/v1/sessions/s1/inputs/r1-c3";
    assertThat(door.post(input, "{\"answer\":{\"n\":1}}").statusCode()).isEqualTo(200);
    assertThat(door.sessions.nextAsked()).isEqualTo("answer s1 r1-c3 {\"n\":1}");
    problem(door.post(input, "{}"), 400);
  }

  @Test
  void inboxShowsWhatWaits() {
    door.post("/v1/runs", "{\"agent\":\"helper\",\"input\":\"x\",\"background\":true}");
    Approvals.await(door.sessions, S1, "r1");
    var item =
        json(door.get("/v1/approvals?status=pending")).getJsonArray("items").getJsonObject(0);
    assertThat(item.getString("session")).isEqualTo("s1");
    assertThat(item.getString("call")).isEqualTo("r1-c1");
    assertThat(item.getString("tool")).isEqualTo("post-entry");
    assertThat(item.getJsonObject("args").getInteger("amount")).isEqualTo(5);
    assertThat(item.getString("expires_at")).isEqualTo("2023-11-14T22:13:20.000Z");
    assertThat(item.getString("digest")).isEqualTo("sha256:1");
    assertThat(item.getJsonArray("approvers")).containsExactly("ann");
    assertThat(item.getString("kind")).isEqualTo("approval");
    assertThat(item.getJsonArray("guards")).containsExactly("state.open");
    assertThat(item.getJsonArray("choices")).containsExactly("approve", "deny");
    assertThat(item.getString("principal")).isEqualTo("anonymous");
    assertThat(item.getString("input")).isEqualTo("x");
    assertThat(item.getString("said")).isEqualTo("Shall I?");
    assertThat(item.getInteger("steps")).isEqualTo(1);
    assertThat(item.getInteger("tool_calls")).isEqualTo(2);
    assertThat(item.getString("cost_usd")).isEqualTo("0.00");
    assertThat(item.getJsonArray("calls"))
        .containsExactly(
            new JsonObject().put("call", "r1-c2").put("tool", "lookup").put("status", "proposed"));
    problem(door.get("/v1/approvals?status=old"), 422);
  }

  @Test
  void aSessionShowsWhereItsRunStands() {
    door.post("/v1/runs", "{\"agent\":\"helper\",\"input\":\"x\",\"background\":true}");
    Approvals.await(door.sessions, S1, "r1");
    var failed = new Json("{\"error\":\"No.\"}");
    door.sessions.record(S1, "r1", new Event.Decided("r1-c1", true, false, "", "ann"));
    door.sessions.record(S1, "r1", new Event.CallStarted("r1-c1", "post-entry", 1, false));
    door.sessions.record(
        S1,
        "r1",
        new Event.CallReturned("r1-c1", "post-entry", 1, Outcome.FAILED, failed, 1, 5, false));
    var run = json(door.get("/v1/sessions/s1")).getJsonObject("run");
    assertThat(run.getString("principal")).isEqualTo("anonymous");
    assertThat(run.getJsonObject("limits").getInteger("tool_failures")).isEqualTo(10);
    assertThat(run.getJsonArray("failures"))
        .containsExactly(
            new JsonObject()
                .put("call", "r1-c1")
                .put("tool", "post-entry")
                .put("status", "failed")
                .put("result", failed.text()));
  }

  @Test
  void inboxHidesWhatNobodyIsAskedAbout() {
    door.post("/v1/runs", "{\"agent\":\"helper\",\"input\":\"x\",\"background\":true}");
    assertThat(json(door.get("/v1/approvals")).getJsonArray("items")).isEmpty();
    Approvals.await(door.sessions, S1, "r1");
    assertThat(json(door.get("/v1/approvals?agent=other")).getJsonArray("items")).isEmpty();
    assertThat(json(door.get("/v1/approvals?agent=helper")).getJsonArray("items")).hasSize(1);
  }

  @Test
  void decisionsThatMayNotBeOrAreAboutSomethingElseAreRefused() {
    var call = "/v1/sessions/s1/approvals/r1-c1";
    var mallory = door.post(call, "{\"decision\":\"approve\",\"note\":\"mallory\"}");
    assertThat(problem(mallory, 403).getString("type")).endsWith(":forbidden");
    var other = door.post(call, "{\"decision\":\"approve\",\"digest\":\"sha256:9\"}");
    assertThat(problem(other, 409).getString("type")).endsWith(":changed");
  }
}
