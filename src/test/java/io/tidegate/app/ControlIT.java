package io.tidegate.app;

import static io.tidegate.app.Script.call;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** How clients start, watch, stop, queue and branch runs. */
class ControlIT {
  private static final String BACKGROUND = "\"background\": true";
  private static final String WORDS = "one word after the other makes a long sentence ".repeat(4);
  private static Harness house;

  @BeforeAll
  static void start() {
    house = Harness.start();
  }

  @AfterAll
  static void stop() {
    house.close();
  }

  /** Waits for a run to stop, by its session's events. */
  private static JsonNode stopOf(String session, String run) {
    var events =
        house
            .client()
            .follow(
                "/v1/sessions/" + session + "/events",
                e -> e.type().equals("run.stopped") && e.data().get("run").asText().equals(run));
    return events.getLast().data().get("stop");
  }

  private static Client.Answer background(String body) {
    var answer = house.client().post("/v1/runs", body);
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(202);
    return answer;
  }

  private static String path(Client.Answer started) {
    return "/v1/sessions/" + started.text("/session") + "/runs/" + started.text("/run");
  }

  private static Client.Answer more(String session, Script script, String... fields) {
    var more = fields.length == 0 ? "" : ", " + String.join(", ", fields);
    return house
        .client()
        .post(
            "/v1/sessions/" + session + "/runs",
            "{\"input\": %s%s}"
                .formatted(Harness.JSON.getNodeFactory().textNode(script.toString()), more));
  }

  @Test
  void backgroundRunIsAcceptedAndCanBeLookedAtUntilItStopped() {
    var started = background(Script.say("Hello.").by("tester", BACKGROUND));
    assertThat(started.text("/status")).isEqualTo("running");
    var stop = stopOf(started.text("/session"), started.text("/run"));
    var run = house.client().get(path(started)).body();
    assertThat(run.get("status").asText()).isEqualTo("stopped");
    assertThat(run.get("stop")).isEqualTo(stop);
    assertThat(run.get("agent").asText()).isEqualTo("tester");
  }

  @Test
  void sameIdempotencyKeyAtTheSameTimeStartsOneRun() {
    var body = Script.calls(call("write", "{\"once\": true}")).by("tester");
    var answers =
        IntStream.range(0, 8)
            .mapToObj(
                i ->
                    CompletableFuture.supplyAsync(
                        () -> house.client().post("/v1/runs", body, "Idempotency-Key", "same")))
            .toList()
            .stream()
            .map(CompletableFuture::join)
            .toList();
    assertThat(answers).allMatch(answer -> answer.status() == 200);
    assertThat(answers.stream().map(Client.Answer::body).distinct()).hasSize(1);
    var history = house.client().history(answers.getFirst().text("/session"));
    assertThat(Events.of(history, "run.started")).hasSize(1);
    assertThat(Events.of(history, "tool.started")).hasSize(1);
  }

  @Test
  void sameKeyWithAnotherBodyIsRefused() {
    var key = new String[] {"Idempotency-Key", "other"};
    assertThat(house.client().post("/v1/runs", Script.say("1").by("tester"), key).status())
        .isEqualTo(200);
    var other = house.client().post("/v1/runs", Script.say("2").by("tester"), key);
    assertThat(other.status()).isEqualTo(422);
    assertThat(other.text("/type")).endsWith("key-reused");
  }

  @Test
  void keyCountsWithinItsSessionToo() {
    var session = house.client().post("/v1/sessions", "{\"agent\": \"tester\"}").text("/id");
    var body = "{\"input\": \"[]\"}";
    var path = "/v1/sessions/" + session + "/runs";
    var one = house.client().post(path, body, "Idempotency-Key", "k");
    var two = house.client().post(path, body, "Idempotency-Key", "k");
    var three = house.client().post(path, body, "Idempotency-Key", "another");
    assertThat(two.body()).isEqualTo(one.body());
    assertThat(three.text("/run")).isNotEqualTo(one.text("/run"));
  }

  @Test
  void busySessionRejectsUnlessTheRunMayWait() {
    var first = background(Script.say(WORDS).by("slow", BACKGROUND));
    var session = first.text("/session");
    var rejected = more(session, Script.say("2"));
    assertThat(rejected.status()).isEqualTo(409);
    assertThat(rejected.text("/type")).endsWith("busy");
    var queued = more(session, Script.say("3"), "\"on_busy\": \"enqueue\"", BACKGROUND);
    assertThat(queued.status()).isEqualTo(202);
    assertThat(queued.text("/status")).isEqualTo("queued");
    assertThat(house.client().get(path(queued)).text("/status")).isEqualTo("queued");
    assertThat(house.client().get("/v1/sessions/" + session).body().get("queue"))
        .extracting(JsonNode::asText)
        .containsExactly(queued.text("/run"));
    assertThat(stopOf(session, queued.text("/run")).get("output").asText()).isEqualTo("3");
    assertThat(house.client().get(path(first)).text("/stop/reason")).isEqualTo("completed");
  }

  @Test
  void runThatInterruptsTakesTheOthersPlace() {
    var first = background(Script.say(WORDS.repeat(5)).by("slow", BACKGROUND));
    var second = more(first.text("/session"), Script.say("Now."), "\"on_busy\": \"interrupt\"");
    assertThat(second.status()).as("%s", second.body()).isEqualTo(200);
    assertThat(second.text("/stop/output")).isEqualTo("Now.");
    assertThat(house.client().get(path(first)).text("/stop/reason")).isEqualTo("interrupted");
  }

  @Test
  void queuedRunCanBeCancelled() {
    var first = background(Script.say(WORDS).by("slow", BACKGROUND));
    var session = first.text("/session");
    var queued = more(session, Script.say("2"), "\"on_busy\": \"enqueue\"", BACKGROUND);
    var cancelled = house.client().post(path(queued) + "/cancel", "");
    assertThat(cancelled.status()).as("%s", cancelled.body()).isEqualTo(202);
    assertThat(stopOf(session, queued.text("/run")).get("reason").asText()).isEqualTo("cancelled");
    assertThat(stopOf(session, first.text("/run")).get("reason").asText()).isEqualTo("completed");
  }

  @Test
  void cancelledRunStopsAndEveryCallHasItsResult() {
    var first =
        background(
            Script.calls(call("sleep", "{\"ms\": 4000}"), call("echo", "{}"))
                .by("tester", BACKGROUND));
    var session = first.text("/session");
    house
        .client()
        .follow("/v1/sessions/" + session + "/events", e -> e.type().equals("tool.finished"));
    assertThat(house.client().post(path(first) + "/cancel", "{\"note\": \"enough\"}").status())
        .isEqualTo(202);
    var stop = stopOf(session, first.text("/run"));
    assertThat(stop.get("reason").asText()).isEqualTo("cancelled");
    assertThat(stop.get("detail").asText()).isEqualTo("enough");
    assertThat(Events.of(house.client().history(session), "tool.finished"))
        .extracting(e -> e.get("status").asText())
        .containsExactly("succeeded", "cancelled");
    // Once it stopped there is nothing to cancel, and that is no error.
    assertThat(house.client().post(path(first) + "/cancel", "").status()).isEqualTo(202);
    assertThat(more(session, Script.say("Again.")).text("/stop/output")).isEqualTo("Again.");
  }

  @Test
  void forkGoesItsOwnWayFromTheMiddle() {
    var first =
        house
            .client()
            .post("/v1/runs", Script.calls(call("echo", "{\"x\": 1}")).then("First.").by("tester"));
    var session = first.text("/session");
    more(session, Script.say("Second."));
    var history = house.client().history(session);
    long at = Events.of(history, "run.stopped").getFirst().get("seq").asLong();
    var fork = house.client().post("/v1/sessions/" + session + "/fork", "{\"at\": " + at + "}");
    assertThat(fork.status()).as("%s", fork.body()).isEqualTo(201);
    assertThat(fork.header("location")).endsWith(fork.text("/id"));
    assertThat(more(fork.text("/id"), Script.say("Third.")).text("/stop/output"))
        .isEqualTo("Third.");
    assertThat(more(session, Script.say("Fourth.")).text("/stop/output")).isEqualTo("Fourth.");
    assertThat(transcript(fork.text("/id"))).contains("First.", "Third.").doesNotContain("Second.");
    assertThat(transcript(session))
        .contains("First.", "Second.", "Fourth.")
        .doesNotContain("Third.");
  }

  @Test
  void forkInTheMiddleOfAWaveCanGoOn() {
    var first =
        house
            .client()
            .post(
                "/v1/runs",
                Script.calls(call("echo", "{\"x\": 1}"), call("echo", "{\"x\": 2}"))
                    .then("First.")
                    .by("tester"));
    var session = first.text("/session");
    for (var event : house.client().history(session)) {
      var fork =
          house
              .client()
              .post(
                  "/v1/sessions/" + session + "/fork",
                  "{\"at\": " + event.get("seq").asLong() + "}");
      assertThat(fork.status()).as("%s", fork.body()).isEqualTo(201);
      assertThat(more(fork.text("/id"), Script.say("Other.")).text("/stop/output"))
          .as("at %s", event)
          .isEqualTo("Other.");
    }
  }

  private static List<String> transcript(String session) {
    return house
        .client()
        .get("/v1/sessions/" + session)
        .body()
        .get("transcript")
        .findValuesAsText("text");
  }

  @Test
  void sessionIsDeletedRightAfterItsRunStopped() {
    var run = house.client().post("/v1/runs", Script.say("Hello.").by("tester"));
    var path = "/v1/sessions/" + run.text("/session");
    var deleted = house.client().delete(path);
    assertThat(deleted.status()).as("%s", deleted.body()).isEqualTo(204);
    assertThat(house.client().get(path).status()).isEqualTo(404);
    assertThat(house.client().get(path + "/history").status()).isEqualTo(404);
    assertThat(house.client().delete(path).status()).isEqualTo(404);
  }

  @Test
  void sessionWithARunUnderWayIsNotDeleted() {
    var first = background(Script.say(WORDS).by("slow", BACKGROUND));
    var path = "/v1/sessions/" + first.text("/session");
    assertThat(house.client().delete(path).status()).isEqualTo(409);
    stopOf(first.text("/session"), first.text("/run"));
  }

  @Test
  void sessionsAreListedByAgentAndStatusPageByPage() {
    var made = new HashSet<String>();
    for (int i = 0; i < 5; i++) {
      made.add(house.client().post("/v1/sessions", "{\"agent\": \"thrifty\"}").text("/id"));
    }
    var seen = new HashSet<String>();
    var cursor = "";
    do {
      var page =
          house.client().get("/v1/sessions?agent=thrifty&status=idle&limit=2" + cursor).body();
      assertThat(page.get("items").size()).isLessThanOrEqualTo(2);
      for (var item : page.get("items")) {
        assertThat(seen.add(item.get("id").asText())).isTrue();
        assertThat(item.get("agent").asText()).isEqualTo("thrifty");
      }
      cursor = page.get("next").isNull() ? "" : "&cursor=" + page.get("next").asText();
    } while (!cursor.isEmpty());
    assertThat(seen).isEqualTo(made);
    assertThat(
            house.client().get("/v1/sessions?agent=thrifty&status=suspended").body().get("items"))
        .isEmpty();
  }

  @Test
  void sessionIsMadeOnceUnderItsName() {
    var body = "{\"agent\": \"tester\", \"id\": \"mine\", \"state\": {\"a\": 1}}";
    var made = house.client().post("/v1/sessions", body);
    assertThat(made.status()).isEqualTo(201);
    assertThat(made.text("/id")).isEqualTo("mine");
    assertThat(house.client().get("/v1/sessions/mine").body().at("/state/a").asInt()).isEqualTo(1);
    var again = house.client().post("/v1/sessions", body);
    assertThat(again.status()).isEqualTo(409);
    assertThat(again.text("/type")).endsWith("exists");
  }

  @Test
  void sessionCanBeSeenAsItWas() {
    var run = house.client().post("/v1/runs", Script.say("Hello.").by("tester"));
    var path = "/v1/sessions/" + run.text("/session");
    assertThat(house.client().get(path + "?at=2").text("/status")).isEqualTo("running");
    assertThat(house.client().get(path).text("/status")).isEqualTo("idle");
    assertThat(house.client().get(path + "?at=999").status()).isEqualTo(422);
  }

  @Test
  void agentsToolsAndTheApiDescribeThemselves() {
    var agents = house.client().get("/v1/agents").body();
    assertThat(agents.get("items"))
        .extracting(a -> a.get("name").asText())
        .contains("tester", "careful");
    assertThat(agents.get("next").isNull()).isTrue();
    var tools = house.client().get("/v1/tools").body().get("items");
    assertThat(tools).extracting(t -> t.get("name").asText()).contains("echo", "write", "clock");
    var openapi = house.client().get("/openapi.yaml");
    assertThat(openapi.status()).isEqualTo(200);
    assertThat(openapi.body().asText())
        .contains("openapi: 3.1")
        .contains("/v1/runs:", "/v1/sessions/{session}/approvals/{call}:", "/v1/ws:");
  }

  @Test
  void sessionLetsAHundredRunsWait() {
    var first = background(Script.say(WORDS.repeat(20)).by("slow", BACKGROUND));
    var session = first.text("/session");
    for (int i = 0; i < 100; i++) {
      assertThat(more(session, Script.say("x"), "\"on_busy\": \"enqueue\"", BACKGROUND).status())
          .isEqualTo(202);
    }
    var refused = more(session, Script.say("x"), "\"on_busy\": \"enqueue\"", BACKGROUND);
    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.header("retry-after")).isNotEmpty();
    house.client().post(path(first) + "/cancel", "{}");
    house
        .client()
        .follow(
            "/v1/sessions/" + session + "/events",
            new java.util.function.Predicate<>() {
              private int stopped;

              @Override
              public boolean test(Client.Event event) {
                return event.type().equals("run.stopped") && ++stopped == 101;
              }
            });
  }
}
