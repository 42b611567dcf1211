package io.tidegate.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests at and over the edge of what the API takes. */
class RequestIT {
  private static final int MAX_BODY = 10 * 1024 * 1024;
  private static Harness house;

  @BeforeAll
  static void start() {
    house = Harness.start();
  }

  @AfterAll
  static void stop() {
    house.close();
  }

  private static byte[] body(int bytes) {
    var empty = Script.request("reader", "");
    var filler = "x".repeat(bytes - empty.length());
    return Script.request("reader", filler).getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void inputAsLargeAsABodyMayBeCompletes() {
    var answer = house.client().post("/v1/runs", body(MAX_BODY));
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
    assertThat(answer.text("/stop/reason")).isEqualTo("completed");
    assertThat(answer.text("/stop/output")).matches("Read 1048\\d{4} characters.");
  }

  @Test
  void bodyOverTheLimitIsRefused() {
    assertProblem(house.client().post("/v1/runs", body(MAX_BODY + 1)), 413);
  }

  @Test
  void invalidUtf8IsMalformed() {
    var body = Script.request("tester", "caf?").getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < body.length; i++) {
      body[i] = body[i] == '?' ? (byte) 0xC3 : body[i];
    }
    assertProblem(house.client().post("/v1/runs", body), 400);
  }

  @ParameterizedTest(name = "{0} {1} is {2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "/v1/runs | {\"agent\": \"tester\", \"input\": \"[]\", \"colour\": 1} | 400",
        "/v1/runs | {\"agent\": \"tester\", \"input\": \"[]\", \"limits\": {\"stepz\": 1}} | 400",
        "/v1/runs | {\"agent\": 1, \"input\": \"[]\"} | 400",
        "/v1/runs | {\"agent\": \"tester\", \"input\": \"[]\", \"stream\": \"yes\"} | 400",
        "/v1/runs | {\"agent\": \"tester\", \"input\": | 400",
        "/v1/runs | [] | 400",
        "/v1/runs | `` | 400",
        "/v1/runs | {\"agent\": \"tester\"} | 400",
        "/v1/runs | {\"agent\": \"nobody\", \"input\": \"[]\"} | 422",
        "/v1/runs | {\"agent\": \"tester\", \"input\": \"[]\", \"limits\": {\"steps\": 0}} | 422",
        "/v1/runs | {\"agent\": \"tester\", \"input\": \"[]\", \"limits\": {\"repeats\": 51}} |"
            + " 422",
        "/v1/runs | {\"agent\": \"tester\", \"input\": \"[]\", \"stream\": true, \"background\":"
            + " true} | 422",
        "/v1/runs | {\"agent\": \"tester\", \"input\": \"[]\", \"on_busy\": \"wait\"} | 422",
        "/v1/runs | {\"agent\": \"tester\", \"input\": \"[]\", \"session\": \"a b\"} | 422",
        "/v1/sessions | {\"agent\": \"tester\", \"id\": \"a/b\"} | 422",
        "/v1/sessions/none/runs | {\"input\": \"[]\"} | 404",
        "/v1/sessions/none/runs | {\"agent\": \"tester\", \"input\": \"[]\"} | 404",
        "/v1/sessions/none/runs/r/cancel | {} | 404",
        "/v1/sessions/none/runs/r/resume | {} | 404",
        "/v1/sessions/none/approvals/c | {\"decision\": \"approve\"} | 404",
        "/v1/sessions/none/approvals/c | {\"decision\": \"maybe\"} | 422",
        "/v1/sessions/none/outcomes/c | {\"outcome\": \"happened\"} | 404",
        "/v1/sessions/none/fork | {} | 404",
        "/v1/nowhere | {} | 404",
        "/v1/agents | {} | 405",
      })
  void wrongRequestIsAnsweredWithAProblem(String path, String body, int status) {
    assertProblem(house.client().post(path, body), status);
  }

  @ParameterizedTest(name = "{0} {1} is {2}")
  @CsvSource({
    "GET, /v1/sessions/none, 404",
    "GET, /v1/sessions/none/events, 404",
    "GET, /v1/sessions/none/history, 404",
    "GET, /v1/sessions/none/runs/r, 404",
    "GET, /v1/sessions/none/blobs/sha256:00, 404",
    "DELETE, /v1/sessions/none, 404",
    "GET, /v1/sessions?colour=red, 400",
    "GET, /v1/sessions?limit=many, 400",
    "GET, /v1/sessions?limit=0, 422",
    "GET, /v1/sessions?status=asleep, 422",
    "GET, /v1/sessions?cursor=nonsense, 422",
    "DELETE, /v1/runs, 405",
    "GET, /v1/ws, 426",
  })
  void wrongQuestionIsAnsweredWithAProblem(String method, String path, int status) {
    assertProblem(house.client().ask(method, path), status);
  }

  private static void assertProblem(Client.Answer answer, int status) {
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(status);
    assertThat(answer.header("content-type")).startsWith("application/problem+json");
    assertThat(answer.body().get("status").asInt()).isEqualTo(status);
    assertThat(answer.text("/type")).startsWith("urn:tidegate:problem:");
    assertThat(answer.text("/title")).isNotEmpty();
    assertThat(answer.text("/detail")).isNotEmpty();
  }
}
