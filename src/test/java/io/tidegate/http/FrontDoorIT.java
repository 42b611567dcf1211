package io.tidegate.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.run.Journal;
import io.tidegate.run.Rejection;
import io.tidegate.run.SessionId;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FrontDoorIT {
  private static final String RUN = "{\"agent\":\"helper\",\"input\":\"hi\"}";
  private static final String QUICK = "{\"agent\":\"helper\",\"input\":\"quick\"}";
  private static final SessionId S1 = new SessionId("default", "s1");

  private final TestDoor door = new TestDoor();

  @AfterEach
  void close() {
    door.close();
  }

  static JsonObject json(HttpResponse<String> response) {
    return new JsonObject(response.body());
  }

  static JsonObject problem(HttpResponse<String> response, int status) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(response.headers().firstValue("content-type")).hasValue("application/problem+json");
    var problem = json(response);
    assertThat(problem.getInteger("status")).isEqualTo(status);
    assertThat(problem.getString("type")).startsWith("urn:tidegate:problem:");
    assertThat(problem.getString("title")).isNotBlank();
    assertThat(problem.getString("detail")).isNotBlank();
    return problem;
  }

  // Runs

  @Test
  void runIsWaitedFor() throws Exception {
    var answer =
        door.client.sendAsync(
            TestDoor.post(door.uri("/v1/runs"), RUN).build(), HttpResponse.BodyHandlers.ofString());
    assertThat(door.sessions.nextAsked()).isEqualTo("start s1 r1");
    door.sessions.stop(S1, "r1");
    var response = answer.get(20, TimeUnit.SECONDS);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(json(response).getString("session")).isEqualTo("s1");
    assertThat(json(response).getString("run")).isEqualTo("r1");
    assertThat(json(response).getJsonObject("stop").getString("reason")).isEqualTo("completed");
    assertThat(json(response).getJsonObject("stop").getString("output")).isEqualTo("42");
    assertThat(door.sessions.followers()).isZero();
  }

  @Test
  void runThatIsOverBeforeItIsFollowedIsAnsweredToo() {
    assertThat(door.post("/v1/runs", QUICK).statusCode()).isEqualTo(200);
  }

  @Test
  void backgroundRunIsAnsweredAtOnce() {
    var response =
        door.post(
            "/v1/runs",
            "{\"agent\":\"helper\",\"input\":{\"n\":1},\"background\":true,\"session\":\"mine\"}");
    assertThat(response.statusCode()).isEqualTo(202);
    assertThat(json(response))
        .isEqualTo(
            new JsonObject().put("session", "mine").put("run", "r1").put("status", "running"));
    assertThat(door.sessions.starts().getFirst().input()).isEqualTo("{\"n\":1}");
    assertThat(door.get("/v1/sessions/mine/runs/r1").body()).contains("\"status\":\"running\"");
  }

  @Test
  void idempotencyKeyGivesTheSameRun() {
    var first = door.post("/v1/runs", QUICK, "Idempotency-Key", "k1");
    var second = door.post("/v1/runs", QUICK, "Idempotency-Key", "k1");
    assertThat(second.statusCode()).isEqualTo(200);
    assertThat(second.body()).isEqualTo(first.body());
    problem(door.post("/v1/runs", QUICK, "Idempotency-Key", "k".repeat(256)), 400);
    var third =
        door.post(
            "/v1/runs",
            "{\"agent\":\"helper\",\"input\":\"quick\",\"stream\":true}",
            "Idempotency-Key",
            "k1");
    assertThat(third.body()).contains("event: run.started").contains("event: run.stopped");
  }

  @Test
  void busySessionIsAConflict() {
    door.post("/v1/runs", "{\"agent\":\"helper\",\"input\":\"x\",\"background\":true}");
    var response = door.post("/v1/sessions/s1/runs", "{\"input\":\"y\"}");
    assertThat(problem(response, 409).getString("type")).endsWith(":busy");
  }

  @Test
  void runForAnUnknownSessionOrAgentIsNotFound() {
    problem(door.post("/v1/sessions/nope/runs", RUN), 404);
    problem(door.post("/v1/sessions/not%20valid/runs", RUN), 404);
    problem(door.post("/v1/runs", "{\"agent\":\"nope\",\"input\":\"x\"}"), 404);
  }

  @Test
  void waitingClientThatGoesAwayCancelsItsRunIfItSaidSo() throws Exception {
    try (var socket = new RawClient(door.door.port())) {
      socket.post(
          "/v1/runs", "{\"agent\":\"helper\",\"input\":\"x\",\"on_disconnect\":\"cancel\"}");
      assertThat(door.sessions.nextAsked()).isEqualTo("start s1 r1");
    }
    assertThat(door.sessions.nextAsked()).startsWith("cancel s1 r1");
  }

  @Test
  void cancelAndResumeAreAccepted() throws Exception {
    door.post("/v1/runs", QUICK);
    door.sessions.nextAsked();
    assertThat(door.post("/v1/sessions/s1/runs/r1/cancel", "").statusCode()).isEqualTo(202);
    assertThat(door.sessions.nextAsked()).startsWith("cancel s1 r1");
    var body = "{\"limits\":{\"steps\":9},\"note\":\"go on\"}";
    assertThat(door.post("/v1/sessions/s1/runs/r1/resume", body).statusCode()).isEqualTo(202);
    assertThat(door.sessions.nextAsked()).isEqualTo("resume s1 r1 9 go on");
  }

  // Sessions

  @Test
  void sessionIsMadeShownListedForkedAndDeleted() throws Exception {
    var made =
        door.post("/v1/sessions", "{\"agent\":\"helper\",\"id\":\"a1\",\"state\":{\"n\":1}}");
    assertThat(made.statusCode()).isEqualTo(201);
    assertThat(made.headers().firstValue("location")).hasValue("/v1/sessions/a1");
    assertThat(json(made).getString("status")).isEqualTo("idle");
    problem(door.post("/v1/sessions", "{\"agent\":\"helper\",\"id\":\"a1\"}"), 409);

    var shown = json(door.get("/v1/sessions/a1"));
    assertThat(shown.getJsonObject("state").getInteger("n")).isEqualTo(1);
    assertThat(shown.getValue("run")).isNull();

    var forked = door.post("/v1/sessions/a1/fork", "{\"at\":1}");
    assertThat(forked.statusCode()).isEqualTo(201);
    assertThat(json(forked).getString("id")).isEqualTo("a1.f1");
    assertThat(door.sessions.nextAsked()).isEqualTo("fork a1 1");

    var list = json(door.get("/v1/sessions?status=idle&limit=1"));
    assertThat(list.getJsonArray("items")).hasSize(1);
    var rest = json(door.get("/v1/sessions?status=idle&limit=1&cursor=" + list.getString("next")));
    assertThat(rest.getJsonArray("items")).hasSize(1);
    assertThat(rest.getString("next")).isNull();
    problem(door.get("/v1/sessions?cursor=garbage"), 400);
    problem(door.get("/v1/sessions?status=dreaming"), 422);
    problem(door.get("/v1/sessions?stauts=idle"), 400);

    var delete = door.send(HttpRequest.newBuilder(door.uri("/v1/sessions/a1")).DELETE());
    assertThat(delete.statusCode()).isEqualTo(204);
  }

  @Test
  void sessionIsShownAsItWas() {
    door.post("/v1/runs", QUICK);
    assertThat(json(door.get("/v1/sessions/s1")).getJsonObject("run").getString("status"))
        .isEqualTo("stopped");
    var past = json(door.get("/v1/sessions/s1?at=2"));
    assertThat(past.getInteger("head")).isEqualTo(2);
    assertThat(past.getString("status")).isEqualTo("running");
    assertThat(past.getJsonArray("transcript").getJsonObject(0).getString("text"))
        .isEqualTo("quick");
    problem(door.get("/v1/sessions/s1?at=yesterday"), 400);
  }

  @Test
  void historyComesInPages() {
    door.post("/v1/runs", QUICK);
    var first = json(door.get("/v1/sessions/s1/history?limit=2"));
    assertThat(first.getJsonArray("items").getJsonObject(1).getString("type"))
        .isEqualTo("run.started");
    var second = json(door.get("/v1/sessions/s1/history?limit=2&after=" + first.getString("next")));
    assertThat(second.getJsonArray("items").getJsonObject(0).getString("type"))
        .isEqualTo("run.stopped");
    assertThat(second.getString("next")).isNull();
    problem(door.get("/v1/sessions/s2/history"), 404);
    problem(door.get("/v1/sessions/s1/history?limit=0"), 422);
  }

  @Test
  void blobIsGivenUnderItsDigest() {
    door.post("/v1/runs", QUICK);
    door.journal.putBlob(S1, "sha256:abc", Buffer.buffer("\"big\""));
    var blob = door.get("/v1/sessions/s1/blobs/sha256:abc");
    assertThat(blob.body()).isEqualTo("\"big\"");
    assertThat(blob.headers().firstValue("etag")).hasValue("\"sha256:abc\"");
    problem(door.get("/v1/sessions/s1/blobs/sha256:def"), 404);
    problem(door.get("/v1/sessions/s1/blobs/..%2f..%2fetc"), 404);
  }

  // What is wrong

  @Test
  void bodiesThatAreNotJsonAreRefused() {
    problem(door.post("/v1/runs", "{\"agent\":"), 400);
    problem(door.post("/v1/runs", ""), 400);
    var text =
        HttpRequest.newBuilder(door.uri("/v1/runs"))
            .header("Content-Type", "text/plain")
            .POST(BodyPublishers.ofString(RUN));
    problem(door.send(text), 415);
    problem(
        door.send(HttpRequest.newBuilder(door.uri("/v1/runs")).POST(BodyPublishers.ofString(RUN))),
        415);
    var latin = "{\"agent\":\"é\"}".getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
    var wrong =
        HttpRequest.newBuilder(door.uri("/v1/runs"))
            .header("Content-Type", "application/json; charset=UTF-8")
            .POST(BodyPublishers.ofByteArray(latin));
    problem(door.send(wrong), 400);
    problem(door.post("/v1/runs", QUICK, "Content-Encoding", "gzip"), 415);
  }

  @Test
  void unknownFieldsAreNamed() {
    var response = door.post("/v1/runs", "{\"agent\":\"helper\",\"input\":\"x\",\"inputs\":1}");
    var error = problem(response, 400).getJsonArray("errors").getJsonObject(0);
    assertThat(error.getString("path")).isEqualTo("inputs");
  }

  @Test
  void streamInBackgroundIsInvalid() {
    var body = "{\"agent\":\"helper\",\"input\":\"x\",\"stream\":true,\"background\":true}";
    problem(door.post("/v1/runs", body), 422);
  }

  @Test
  void unknownPathsAndMethodsAreProblems() {
    problem(door.get("/v1/nothing"), 404);
    problem(door.get("/"), 404);
    problem(door.post("/v1/sessions/s1/nothing/c1", "{}"), 404);
    var put = HttpRequest.newBuilder(door.uri("/v1/runs")).PUT(BodyPublishers.ofString("{}"));
    var response = door.send(put);
    problem(response, 405);
    assertThat(response.headers().firstValue("allow")).hasValue("OPTIONS, POST");
    var options =
        door.send(
            HttpRequest.newBuilder(door.uri("/v1/agents"))
                .method("OPTIONS", BodyPublishers.noBody()));
    assertThat(options.statusCode()).isEqualTo(204);
    assertThat(options.headers().firstValue("allow")).hasValue("GET, HEAD, OPTIONS");
    var head = door.send(HttpRequest.newBuilder(door.uri("/v1/agents")).HEAD());
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.headers().firstValueAsLong("content-length")).isPresent();
  }

  @Test
  void rejectionsHaveTheirStatus() {
    door.sessions.breakWith(new Rejection(Rejection.Kind.OVERLOADED, "Too many runs."));
    var overloaded = door.post("/v1/runs", RUN);
    problem(overloaded, 429);
    assertThat(overloaded.headers().firstValue("retry-after")).isPresent();
    door.sessions.breakWith(new Rejection(Rejection.Kind.UNAVAILABLE, "Leaving."));
    var unavailable = door.post("/v1/runs", RUN);
    problem(unavailable, 503);
    assertThat(unavailable.headers().firstValue("retry-after")).isPresent();
    door.sessions.breakWith(new Rejection(Rejection.Kind.INVALID, "No."));
    problem(door.post("/v1/runs", RUN), 422);
    door.sessions.breakWith(new Rejection(Rejection.Kind.KEY_REUSED, "No."));
    problem(door.post("/v1/runs", RUN), 422);
  }

  @Test
  void bugsAreNotTold() {
    door.sessions.breakWith(new IllegalStateException("secret detail"));
    assertThat(problem(door.post("/v1/runs", RUN), 500).encode()).doesNotContain("secret");
  }

  @Test
  void runThatTheJournalDoesNotTakeIsUnavailable() {
    door.sessions.breakWith(new Journal.Unavailable("Redis made no progress", null));
    var refused = door.post("/v1/runs", RUN);
    problem(refused, 503);
    assertThat(refused.headers().firstValue("retry-after")).isPresent();
  }

  @Test
  void journalThatDoesNotAnswerIsUnavailable() {
    door.journal.breakWith(new IllegalStateException("connection refused"));
    problem(door.get("/v1/sessions"), 503);
    problem(door.get("/v1/sessions/s1/events"), 503);
  }

  @Test
  void requestsThatAreNoHttpGetAProblem() throws Exception {
    try (var raw = new RawClient(door.door.port())) {
      raw.head("GET /v1/sessions/%zz HTTP/1.1");
      assertThat(raw.readHead()).contains("HTTP/1.1 400").contains("application/problem+json");
    }
    try (var raw = new RawClient(door.door.port())) {
      raw.head("GET /v1/agents HTTP/1.1", "Bad Header\u0001: y");
      assertThat(raw.readHead()).contains(" 400 ").contains("application/problem+json");
    }
    try (var raw = new RawClient(door.door.port())) {
      raw.head("GET /" + "a".repeat(20_000) + " HTTP/1.1");
      assertThat(raw.readHead()).contains(" 414 ").contains("application/problem+json");
    }
  }

  // Large bodies

  @Test
  void inputOfTenMegabytesWorks() {
    var input = "quick" + "x".repeat(10 * 1024 * 1024 - 5);
    var response = door.post("/v1/runs", "{\"agent\":\"helper\",\"input\":\"" + input + "\"}");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(door.sessions.starts().getFirst().input()).isEqualTo(input);
  }

  @Test
  void declaredBodyOverTheBoundIsRefusedBeforeItComes() throws Exception {
    try (var raw = new RawClient(door.door.port())) {
      raw.head(
          "POST /v1/runs HTTP/1.1",
          "Content-Type: application/json",
          "Content-Length: 99999999999",
          "Expect: 100-continue");
      assertThat(raw.readHead()).contains("HTTP/1.1 413").contains("application/problem+json");
    }
  }

  @Test
  void bodyThatIsExpectedIsAskedFor() throws Exception {
    try (var raw = new RawClient(door.door.port())) {
      raw.head(
          "POST /v1/runs HTTP/1.1",
          "Content-Type: application/json",
          "Content-Length: " + QUICK.length(),
          "Expect: 100-continue");
      assertThat(raw.readHead()).contains("HTTP/1.1 100");
      raw.write(QUICK);
      assertThat(raw.readHead()).contains("HTTP/1.1 200");
    }
  }

  @Test
  void chunkedBodyIsCutAtTheBoundAndTheClientSeesWhy() throws Exception {
    try (var raw = new RawClient(door.door.port())) {
      raw.head(
          "POST /v1/runs HTTP/1.1", "Content-Type: application/json", "Transfer-Encoding: chunked");
      var chunk = "10000\r\n" + "x".repeat(0x10000) + "\r\n";
      for (int sent = 0; sent < 2 * TestDoor.MAX_BODY; sent += 0x10000) {
        raw.write(chunk);
      }
      raw.write("0\r\n\r\n");
      assertThat(raw.readHead()).contains("HTTP/1.1 413").containsIgnoringCase("connection: close");
      assertThat(raw.readToEnd()).contains("too-large");
    }
    assertThat(door.time.waiting()).isZero();
  }

  @Test
  void bodyThatStopsHalfWayTimesOut() throws Exception {
    try (var raw = new RawClient(door.door.port())) {
      raw.head("POST /v1/runs HTTP/1.1", "Content-Type: application/json", "Content-Length: 100");
      raw.write("{");
      Eventually.until(() -> door.time.waiting() == 1);
      door.time.pass(30_000);
      Eventually.until(() -> door.time.waiting() == 1);
      door.time.pass(30_000);
      assertThat(raw.readHead()).contains("HTTP/1.1 408");
      door.time.pass(5_000);
      assertThat(raw.readToEnd()).contains("request-timeout");
    }
  }

  // The rest

  @Test
  void catalogAndDescriptionAreServed() {
    var agent = json(door.get("/v1/agents")).getJsonArray("items").getJsonObject(0);
    assertThat(agent.getString("name")).isEqualTo("helper");
    assertThat(agent.getJsonObject("limits").getInteger("steps")).isEqualTo(50);
    var tool = json(door.get("/v1/tools")).getJsonArray("items").getJsonObject(0);
    assertThat(tool.getString("name")).isEqualTo("post-entry");
    var openapi = door.get("/openapi.yaml");
    assertThat(openapi.body()).startsWith("openapi: 3.1");
  }

  @Test
  void managementPortTellsHealthAndMetrics() {
    var base = "http://127.0.0.1:" + door.door.managementPort();
    assertThat(get(base + "/health/live").statusCode()).isEqualTo(200);
    assertThat(get(base + "/health/ready").statusCode()).isEqualTo(200);
    assertThat(get(base + "/metrics").body()).startsWith("runs_total 1\n");
    problem(get(base + "/nothing"), 404);
    door.journal.breakWith(new IllegalStateException("gone"));
    assertThat(get(base + "/health/ready").statusCode()).isEqualTo(503);
    door.journal.breakWith(null);
    door.leaving.set(true);
    var leaving = get(base + "/health/ready");
    assertThat(leaving.statusCode()).isEqualTo(503);
    assertThat(json(leaving).getString("status")).isEqualTo("leaving");
    assertThat(get(base + "/health/live").statusCode()).isEqualTo(200);
  }

  private HttpResponse<String> get(String uri) {
    return door.send(HttpRequest.newBuilder(java.net.URI.create(uri)));
  }

  @Test
  void eventLoopsShareOnePort() {
    try (var two = new TestDoor(HttpClient.Version.HTTP_2, 2)) {
      assertThat(two.door.port()).isPositive();
      assertThat(two.post("/v1/runs", QUICK).statusCode()).isEqualTo(200);
      assertThat(two.get("/v1/agents").version()).isEqualTo(HttpClient.Version.HTTP_2);
    }
  }
}
