package io.tidegate.app;

import static io.tidegate.app.Script.call;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Models that fail: the run asks again, here or elsewhere, and what was begun is void. */
class ModelTroubleIT {
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

  @BeforeEach
  void forget() {
    house.simulator().delete("/admin/requests");
  }

  private static List<JsonNode> run(Script script) {
    return run(script, "tester");
  }

  private static List<JsonNode> run(Script script, String agent) {
    return Events.data(house.client().stream("/v1/runs", script.by(agent, "\"stream\": true")));
  }

  /** The paths of the questions that the simulated providers got. */
  private static List<String> asked() {
    return house.simulator().get("/admin/requests").body().get("items").findValuesAsText("path");
  }

  private static void assertCompleted(List<JsonNode> events, String output) {
    assertThat(Events.stop(events).get("reason").asText())
        .as("%s", Events.stop(events))
        .isEqualTo("completed");
    assertThat(Events.stop(events).get("output").asText()).isEqualTo(output);
  }

  @Test
  void providerThatIsBusyIsAskedAgainWhenItSaid() {
    var events = run(Script.say("Hello.").failing("429&times=1&retry-after=1"));
    assertCompleted(events, "Hello.");
    var reset = Events.only(events, "turn.reset");
    assertThat(reset.at("/reason/kind").asText()).isEqualTo("rate_limited");
    assertThat(reset.get("retry_in_ms").asLong()).isGreaterThanOrEqualTo(1000);
    assertThat(asked()).containsExactly("/v1/chat/completions", "/v1/chat/completions");
    var again = Events.of(events, "model.started").get(1);
    assertThat(Events.at(again) - Events.at(reset)).isGreaterThanOrEqualTo(990);
  }

  @Test
  void replyThatIsCutIsVoidAndTheNextIsWhole() {
    var events = run(Script.say(WORDS).failing("cut&times=1&after=5"));
    assertCompleted(events, WORDS);
    assertThat(Events.of(events, "turn.reset")).hasSize(1);
    int reset = Events.types(events).indexOf("turn.reset");
    assertThat(Events.types(events.subList(0, reset))).contains("text.delta");
    assertThat(Events.said(events, 1)).isEqualTo(WORDS);
  }

  @Test
  void targetThatKeepsFailingIsLeftForTheNextOfItsRoute() {
    var events = run(Script.say(WORDS).failing("cut&times=2&after=5"));
    assertCompleted(events, WORDS);
    assertThat(asked())
        .containsExactly("/v1/chat/completions", "/v1/chat/completions", "/v1/messages");
    assertThat(Events.said(events, 1)).isEqualTo(WORDS);
    assertThat(Events.of(events, "model.started"))
        .extracting(e -> e.get("attempt").asInt())
        .containsExactly(1, 2, 3);
  }

  @Test
  void callsGoToTheOtherProviderAndBackInItsOwnWire() {
    var script =
        new Script()
            .then("Let me see.", call("echo", "{\"x\": 1}"), call("echo", "{\"x\": 2}"))
            .failing("503&times=2")
            .then("Seen.");
    var events = run(script);
    assertCompleted(events, "Seen.");
    assertThat(Events.of(events, "tool.finished")).hasSize(2);
    assertThat(asked()).contains("/v1/messages");
  }

  @ParameterizedTest
  @ValueSource(strings = {"garbage", "broken-json", "error-event", "500", "502", "cut&after=0"})
  void faultOfOneReplyIsMendedByTheNext(String fault) {
    var events = run(Script.say(WORDS).failing(fault + "&times=1"));
    assertCompleted(events, WORDS);
    assertThat(Events.of(events, "turn.reset")).hasSize(1);
    assertThat(Events.said(events, 1)).isEqualTo(WORDS);
  }

  @Test
  void nobodyWhoAnswersMakesTheModelUnavailable() {
    var events = run(Script.say("Hello.").failing("503&times=100"));
    var stop = Events.stop(events);
    assertThat(stop.get("reason").asText()).isEqualTo("model_unavailable");
    assertThat(stop.get("detail").asText()).contains("503");
    assertThat(asked()).hasSize(4);
  }

  @Test
  void suspendedRunAsksAgainWhenItIsResumed() {
    house
        .simulator()
        .put("/admin/faults", "{\"model\": \"stubborn\", \"kind\": \"503\", \"times\": 2}");
    var suspended = Events.only(run(Script.say("Hello."), "patient"), "run.suspended");
    assertThat(suspended.at("/stop/reason").asText()).isEqualTo("model_unavailable");
    house
        .client()
        .post(
            "/v1/sessions/%s/runs/%s/resume"
                .formatted(suspended.get("session").asText(), suspended.get("run").asText()),
            "{}");
    var rest =
        house
            .client()
            .follow(
                "/v1/sessions/"
                    + suspended.get("session").asText()
                    + "/events?after="
                    + suspended.get("seq"),
                e -> e.type().equals("run.stopped"));
    assertCompleted(Events.data(rest), "Hello.");
  }

  @Test
  void malformedArgumentsAreAResultThatTheModelCanMend() {
    var events =
        run(
            Script.calls(call("echo", "{\"x\": 1}"))
                .failing("bad-args&times=1")
                .then("", call("sleep", "{\"ms\": \"long\"}"))
                .then("", call("sleep", "{\"ms\": 1}"))
                .then("Mended."));
    assertCompleted(events, "Mended.");
    var finished = Events.of(events, "tool.finished");
    assertThat(finished)
        .extracting(e -> e.get("status").asText())
        .containsExactly("failed", "failed", "succeeded");
    assertThat(finished.get(1).at("/result/error").asText())
        .contains("/ms")
        .contains("integer")
        .contains("type");
    assertThat(Events.of(events, "tool.started")).hasSize(1);
  }

  @Test
  void resultOfAnEagerCallOutlivesTheReplyThatIsVoid() {
    var why = "because it is a reason that takes a while to stream, word by word by word".repeat(3);
    var script =
        Script.calls(
                call("echo", "{\"x\": 1}"), call("sleep", "{\"ms\": 1, \"why\": \"" + why + "\"}"))
            .failing("cut&times=1&after=9")
            .then("Done.");
    var events = run(script, "slow");
    assertCompleted(events, "Done.");
    int reset = Events.types(events).indexOf("turn.reset");
    assertThat(reset).isPositive();
    var started =
        Events.of(events, "tool.started").stream()
            .filter(e -> e.get("tool").asText().equals("echo"))
            .toList();
    assertThat(started).hasSize(1);
    assertThat(events.indexOf(started.getFirst())).isLessThan(reset);
    assertThat(Events.of(events, "tool.finished"))
        .filteredOn(e -> e.has("adopted_from"))
        .extracting(e -> e.get("adopted_from"))
        .containsExactly(started.getFirst().get("call"));
  }

  @Test
  void refusalAndLengthAreStopReasonsOfTheirOwn() {
    assertThat(Events.stop(run(Script.say(WORDS).failing("refusal"))).get("reason").asText())
        .isEqualTo("refused");
    var cut = Events.stop(run(Script.say(WORDS).failing("length")));
    assertThat(cut.get("reason").asText()).isEqualTo("max_tokens");
    assertThat(cut.get("output").asText()).isEqualTo(WORDS.substring(0, WORDS.length() / 2));
  }
}
