package io.tidegate.simulator;

import static io.tidegate.simulator.SimulatorClient.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.simulator.SimulatorClient.Answer;
import io.tidegate.simulator.scenario.Pace;
import io.vertx.core.Vertx;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SimulatorFaultIT {
  private static final String TALK =
      """
      [{"say": "one two three four five six seven eight", "call": [{"tool": "a", "args": {"x": 1}}]}]\
      """;

  private static Vertx vertx;
  private static Simulator simulator;
  private static SimulatorClient client;

  @BeforeAll
  static void start() {
    vertx = Vertx.vertx();
    var settings =
        SimulatorSettings.DEFAULT.withPort(0).withPace(new Pace(0, 0, 1, 0)).withToolMs(0);
    simulator = await(Simulator.start(vertx, settings));
    client = new SimulatorClient(vertx, simulator.url());
  }

  @AfterAll
  static void stop() {
    await(simulator.close());
    await(vertx.close());
  }

  @AfterEach
  void clear() {
    await(client.send("DELETE", "/admin/faults", ""));
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 429, 500, 503, 529})
  void answersAStatus(int status) {
    var chat = await(client.chat("any?fail=" + status, true, "Hi"));
    var message = await(client.message("any?fail=" + status, true, "Hi"));
    assertThat(chat.status()).isEqualTo(status);
    assertThat(chat.json().getJsonObject("error").getString("message")).isNotEmpty();
    assertThat(chat.headers().contains("retry-after")).isFalse();
    assertThat(message.status()).isEqualTo(status);
    assertThat(message.json().getString("type")).isEqualTo("error");
  }

  @Test
  void tellsWhenToTryAgain() {
    var answer = await(client.chat("any?fail=429&retry-after=7", true, "Hi"));
    assertThat(answer.headers().get("retry-after")).isEqualTo("7");
  }

  @Test
  void strikesAsOftenAsItIsTold() {
    var model = "any?fail=503&times=2";
    assertThat(await(client.chat(model, true, "Hi")).status()).isEqualTo(503);
    assertThat(await(client.chat(model, true, "Hi")).status()).isEqualTo(503);
    assertThat(await(client.chat(model, true, "Hi")).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"true", "false"})
  void cutsTheConnectionInMidStream(boolean stream) {
    var chat = await(client.chat("script?fail=cut&after=2", stream, TALK));
    var message = await(client.message("script?fail=cut&after=2", stream, TALK));
    assertThat(chat.broken()).isTrue();
    assertThat(chat.body()).isNotEmpty().doesNotContain("finish_reason\":\"");
    assertThat(message.broken()).isTrue();
    assertThat(message.body()).isNotEmpty().doesNotContain("message_stop");
  }

  @Test
  void reportsAnErrorInMidStream() {
    var chat = await(client.chat("script?fail=error-event&after=2", true, TALK));
    var message = await(client.message("script?fail=error-event&after=2", true, TALK));
    assertThat(chat.body()).contains("two").doesNotContain("three").contains("\"error\"");
    assertThat(message.body()).contains("two").contains("overloaded_error");
    assertThat(message.body()).doesNotContain("message_stop");
  }

  @Test
  void sendsGarbage() {
    var answer = await(client.chat("any?fail=garbage", true, "Hi"));
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).startsWith("<html>");
    assertThat(await(client.message("script?fail=broken-json", true, TALK)).body())
        .contains("{\"con\n")
        .doesNotContain("message_stop");
  }

  @Test
  void malformsArguments() {
    assertThat(await(client.chat("script?fail=bad-args", false, TALK)).body())
        .contains("\"arguments\":\"{\\\"x\\\":1\"");
  }

  @ParameterizedTest
  @CsvSource({
    "length, length, max_tokens",
    "content-filter, content_filter, refusal",
    "refusal, stop, refusal",
    "pause-turn, stop, pause_turn",
    "context-full, length, model_context_window_exceeded",
    "empty, stop, end_turn"
  })
  void endsAsItIsTold(String fault, String chat, String message) {
    var model = "script?fail=" + fault;
    assertThat(await(client.chat(model, true, TALK)).body())
        .contains("\"finish_reason\":\"" + chat + "\"")
        .doesNotContain("eight");
    assertThat(await(client.message(model, true, TALK)).body())
        .contains("\"stop_reason\":\"" + message + "\"")
        .doesNotContain("eight");
  }

  @Test
  void tellsNoUsage() {
    assertThat(await(client.chat("any?fail=no-usage", true, "Hi")).body())
        .doesNotContain("\"usage\"");
    assertThat(await(client.message("any?fail=no-usage", true, "Hi")).body())
        .doesNotContain("\"usage\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"hang", "stall&after=1"})
  void staysSilentUntilTheClientGoes(String fault) {
    var impatient =
        new SimulatorClient(vertx, simulator.url())
            .chat("any?fail=" + fault, true, "Hi there you")
            .timeout(300, TimeUnit.MILLISECONDS);
    var outcome = await(impatient.map(Answer::body).otherwise("timeout"));
    assertThat(outcome).isEqualTo("timeout");
  }

  @Test
  void comesLate() {
    long start = System.nanoTime();
    await(client.chat("any?fail=slow&ms=200", true, "Hi"));
    assertThat(System.nanoTime() - start).isGreaterThan(200_000_000);
  }

  @Test
  void takesOrdersWhileItRuns() {
    var order = Map.of("model", "any", "kind", "503", "times", 1);
    var put = await(client.send("PUT", "/admin/faults", order));
    assertThat(put.json().getJsonArray("items")).hasSize(1);
    assertThat(await(client.chat("other", true, "Hi")).status()).isEqualTo(200);
    assertThat(await(client.chat("any", true, "Hi")).status()).isEqualTo(503);
    assertThat(await(client.chat("any", true, "Hi")).status()).isEqualTo(200);
  }

  @Test
  void refusesAnOrderThatMakesNoSense() {
    assertThat(await(client.send("PUT", "/admin/faults", Map.of("kind", "odd"))).status())
        .isEqualTo(400);
    assertThat(await(client.chat("any?fail=odd", true, "Hi")).status()).isEqualTo(400);
  }

  @Test
  void strikesTools() {
    await(client.send("PUT", "/admin/faults", Map.of("tool", "echo", "kind", "503", "times", 1)));
    assertThat(client.post("/tools/echo", Map.of()).status()).isEqualTo(503);
    assertThat(client.post("/tools/echo", Map.of()).status()).isEqualTo(200);
  }

  @Test
  void losesTheAnswerOfAToolThatDidItsWork() {
    await(client.send("PUT", "/admin/faults", Map.of("tool", "write", "kind", "lost", "times", 1)));
    var lost = client.send("POST", "/tools/write", Map.of("a", 1), "idempotency-key", "lost-1");
    assertThat(await(lost.map("answered").otherwise("lost"))).isEqualTo("lost");
    var again = client.post("/tools/write", Map.of("a", 1), "idempotency-key", "lost-1");
    assertThat(again.status()).isEqualTo(201);
    assertThat(client.get("/ledger/summary").json().getInteger("repeated")).isEqualTo(1);
  }

  @Test
  void sameSeedSameFailures() {
    assertThat(failures()).isEqualTo(failures()).contains("503").contains("200");
  }

  private String failures() {
    var other = await(Simulator.start(vertx, SimulatorSettings.DEFAULT.withPort(0)));
    var asking = new SimulatorClient(vertx, other.url());
    await(asking.send("PUT", "/admin/faults", Map.of("kind", "503", "probability", 0.5)));
    var statuses = new StringBuilder();
    for (int i = 0; i < 12; i++) {
      statuses.append(await(asking.chat("any?first=0&every=0", false, "Hi")).status()).append(' ');
    }
    await(other.close());
    return statuses.toString();
  }
}
