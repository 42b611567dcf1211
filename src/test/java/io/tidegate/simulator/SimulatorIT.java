package io.tidegate.simulator;

import static io.tidegate.simulator.SimulatorClient.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.simulator.SimulatorClient.Answer;
import io.tidegate.simulator.scenario.Pace;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SimulatorIT {
  private static Vertx vertx;
  private static Simulator simulator;
  private static SimulatorClient client;

  @BeforeAll
  static void start() {
    vertx = Vertx.vertx();
    var settings =
        SimulatorSettings.DEFAULT.withPort(0).withPace(new Pace(0, 0, 2, 0)).withToolMs(0);
    simulator = await(Simulator.start(vertx, settings));
    client = new SimulatorClient(vertx, simulator.url());
  }

  @AfterAll
  static void stop() {
    await(simulator.close());
    await(vertx.close());
  }

  // OpenAI

  @Test
  void chatStreamsChunksWithUsageAndDone() {
    var answer = await(client.chat("anything", true, "Good morning to you"));
    assertThat(answer.headers().get("content-type")).startsWith("text/event-stream");
    assertThat(answer.body()).endsWith("data: [DONE]\n\n");
    assertThat(text(answer)).isEqualTo("You said: Good morning to you");
    var usage = answer.events().getLast();
    assertThat(usage.getJsonArray("choices")).isEmpty();
    assertThat(usage.getJsonObject("usage").getInteger("total_tokens")).isEqualTo(13);
    assertThat(finish(answer)).isEqualTo("stop");
  }

  @Test
  void chatWithoutIncludeUsageTellsNone() {
    var body =
        Map.of(
            "model",
            "any",
            "stream",
            true,
            "messages",
            List.of(Map.of("role", "user", "content", "Hi")));
    assertThat(client.post("/v1/chat/completions", body).body()).doesNotContain("usage");
  }

  @Test
  void chatAnswersWholeWithoutStream() {
    var json = await(client.chat("anything", false, "Hi")).json();
    var choice = json.getJsonArray("choices").getJsonObject(0);
    assertThat(choice.getJsonObject("message").getString("content")).isEqualTo("You said: Hi");
    assertThat(json.getJsonObject("usage").getInteger("prompt_tokens")).isEqualTo(1);
  }

  @Test
  void chatFragmentsParallelToolCalls() {
    var answer = await(client.chat("two-step", true, "Go"));
    var deltas =
        answer.events().stream()
            .map(SimulatorIT::delta)
            .filter(delta -> delta.containsKey("tool_calls"))
            .map(delta -> delta.getJsonArray("tool_calls").getJsonObject(0))
            .toList();
    assertThat(deltas).hasSize(12);
    assertThat(deltas.stream().map(delta -> delta.getString("id")).filter(Objects::nonNull))
        .containsExactly("call_0_0", "call_0_1", "call_0_2", "call_0_3");
    var third =
        deltas.stream()
            .filter(delta -> delta.getInteger("index") == 2)
            .map(delta -> delta.getJsonObject("function").getString("arguments"))
            .collect(Collectors.joining());
    assertThat(new JsonObject(third)).isEqualTo(JsonObject.of("id", "gamma", "detail", "full"));
    assertThat(finish(answer)).isEqualTo("tool_calls");
  }

  @Test
  void chatSendsAsManyFramesAsAsked() {
    assertThat(await(client.chat("two-step", true, "Go")).events()).hasSize(1 + 15 + 1 + 1);
    var input = "[{\"say\": \"One two three four\"}]";
    assertThat(await(client.chat("script?frames=7", true, input)).events()).hasSize(1 + 7 + 1 + 1);
  }

  @Test
  void chatReasonsAndCountsIt() {
    var answer =
        await(client.chat("script", true, "[{\"think\": \"Hm, hm.\", \"say\": \"Yes.\"}]"));
    assertThat(answer.body()).contains("\"reasoning_content\":\"Hm, hm.\"");
    var details =
        answer.events().getLast().getJsonObject("usage").getJsonObject("completion_tokens_details");
    assertThat(details.getInteger("reasoning_tokens")).isEqualTo(2);
  }

  @Test
  void chatRefusesACallWithoutItsResult() {
    var call =
        Map.of("id", "c1", "type", "function", "function", Map.of("name", "f", "arguments", "{}"));
    var messages =
        List.of(
            Map.of("role", "user", "content", "Hi"),
            Map.of("role", "assistant", "tool_calls", List.of(call)),
            Map.of("role", "user", "content", "Well?"));
    var answer = client.post("/v1/chat/completions", Map.of("model", "any", "messages", messages));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().getJsonObject("error").getString("message")).contains("c1");
  }

  @Test
  void chatAnswersFromToolResultsAndCountsTheCache() {
    var call =
        Map.of("id", "c1", "type", "function", "function", Map.of("name", "f", "arguments", "{}"));
    var messages =
        List.of(
            Map.of("role", "system", "content", "x".repeat(1000)),
            Map.of("role", "user", "content", "Hi"),
            Map.of("role", "assistant", "tool_calls", List.of(call)),
            Map.of("role", "tool", "tool_call_id", "c1", "content", "42"));
    var json =
        client.post("/v1/chat/completions", Map.of("model", "any", "messages", messages)).json();
    assertThat(json.encode()).contains("The tools answered: 42");
    var details = json.getJsonObject("usage").getJsonObject("prompt_tokens_details");
    assertThat(details.getInteger("cached_tokens")).isEqualTo(192);
  }

  // Anthropic

  @Test
  void messagesStreamTheEventsInOrder() {
    var answer =
        await(
            client.message(
                "script",
                true,
                """
                [{"think": "Hm.", "say": "I ask.", "call": [{"tool": "a", "args": {"x": 1}}]}]\
                """));
    assertThat(types(answer))
        .containsExactly(
            "message_start",
            "ping",
            "content_block_start",
            "content_block_delta",
            "content_block_delta",
            "content_block_stop",
            "content_block_start",
            "content_block_delta",
            "content_block_stop",
            "content_block_start",
            "content_block_delta",
            "content_block_delta",
            "content_block_stop",
            "message_delta",
            "message_stop");
    assertThat(answer.body()).contains("signature_delta");
    var last = answer.events().get(answer.events().size() - 2);
    assertThat(last.getJsonObject("delta").getString("stop_reason")).isEqualTo("tool_use");
    assertThat(last.getJsonObject("usage").getInteger("output_tokens")).isEqualTo(5);
    var args =
        answer.events().stream()
            .map(event -> event.getJsonObject("delta", new JsonObject()).getString("partial_json"))
            .filter(Objects::nonNull)
            .collect(Collectors.joining());
    assertThat(args).isEqualTo("{\"x\":1}");
  }

  @Test
  void messagesAnswerWhole() {
    var input = "[{\"say\": \"I ask.\", \"call\": [{\"tool\": \"a\", \"args\": {\"x\": 1}}]}]";
    var json = await(client.message("script", false, input)).json();
    assertThat(json.getString("stop_reason")).isEqualTo("tool_use");
    assertThat(json.getJsonArray("content").getJsonObject(1).getJsonObject("input"))
        .isEqualTo(JsonObject.of("x", 1));
  }

  @Test
  void messagesGoOnAfterToolResults() {
    var use = Map.of("type", "tool_use", "id", "t1", "name", "f", "input", Map.of());
    var result = Map.of("type", "tool_result", "tool_use_id", "t1", "content", "42");
    var messages =
        List.of(
            Map.of("role", "user", "content", "Hi"),
            Map.of("role", "assistant", "content", List.of(use)),
            Map.of("role", "user", "content", List.of(result)));
    var body = Map.of("model", "any", "max_tokens", 10, "messages", messages);
    var answer = client.post("/v1/messages", body, "anthropic-version", "2023-06-01");
    assertThat(answer.body()).contains("The tools answered: 42");
  }

  @Test
  void messagesWithoutVersionAreRefused() {
    var answer = client.post("/v1/messages", Map.of("model", "any", "max_tokens", 10));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().getJsonObject("error").getString("type"))
        .isEqualTo("invalid_request_error");
  }

  // Tools and the administration

  @Test
  void toolsLookUpAndTakeNotes() {
    assertThat(
            client.post("/tools/lookup_invoice", Map.of("id", "INV-0001")).json().getString("id"))
        .isEqualTo("INV-0001");
    assertThat(client.post("/tools/lookup_order", Map.of("id", "PO-1")).json().getBoolean("found"))
        .isFalse();
    var posted =
        client.post(
            "/tools/post_entry", Map.of("invoice", "X", "amount", 1), "idempotency-key", "k");
    assertThat(posted.status()).isEqualTo(201);
    assertThat(client.get("/ledger/invoices").json().getInteger("X")).isEqualTo(1);
  }

  @Test
  void toolsForTestsDoAsTheyAreTold() {
    assertThat(client.post("/tools/fail", Map.of("status", 503)).status()).isEqualTo(503);
    assertThat(client.post("/tools/big", Map.of("bytes", 5000)).body()).hasSizeGreaterThan(5000);
    assertThat(client.post("/tools/sleep", Map.of("ms", 1)).json().getInteger("slept_ms"))
        .isEqualTo(1);
    assertThat(client.post("/tools/echo", Map.of("a", 1), "idempotency-key", "k").json())
        .isEqualTo(JsonObject.of("args", JsonObject.of("a", 1), "idempotency_key", "k"));
  }

  @Test
  void requestsAreKeptForTestsToLookAt() {
    await(client.chat("looked-at", false, "Here I am"));
    assertThat(client.get("/admin/requests").body()).contains("looked-at").contains("Here I am");
  }

  @Test
  void aBodyAboveTheLimitIsRefused() {
    assertThat(client.post("/tools/echo", "x".repeat(17 * 1024 * 1024)).status()).isEqualTo(413);
  }

  @Test
  void eventLoopsShareOnePort() {
    var settings = SimulatorSettings.DEFAULT.withPort(0).withEventLoops(2);
    var shared = await(Simulator.start(vertx, settings));
    var other = new SimulatorClient(vertx, shared.url());
    assertThat(shared.port()).isNotEqualTo(simulator.port()).isPositive();
    assertThat(other.get("/health").status()).isEqualTo(200);
    assertThat(other.get("/health").status()).isEqualTo(200);
    await(shared.close());
  }

  @Test
  void settingsInTheModelNameMayBeEncoded() {
    var date = "Wed, 21 Oct 2026 07:28:00 GMT";
    var encoded = URLEncoder.encode(date, StandardCharsets.UTF_8);
    var answer = await(client.chat("any?fail=429&retry-after=" + encoded, true, "Hi"));
    assertThat(answer.headers().get("retry-after")).isEqualTo(date);
  }

  private static String text(Answer answer) {
    return answer.events().stream()
        .map(event -> delta(event).getString("content", ""))
        .collect(Collectors.joining());
  }

  private static String finish(Answer answer) {
    return answer.events().stream()
        .map(SimulatorIT::choice)
        .map(choice -> choice.getString("finish_reason"))
        .filter(Objects::nonNull)
        .findFirst()
        .orElseThrow();
  }

  private static JsonObject delta(JsonObject event) {
    return choice(event).getJsonObject("delta", new JsonObject());
  }

  private static JsonObject choice(JsonObject event) {
    var choices = event.getJsonArray("choices");
    return choices.isEmpty() ? new JsonObject() : choices.getJsonObject(0);
  }

  private static List<String> types(Answer answer) {
    return answer.events().stream().map(event -> event.getString("type")).toList();
  }
}
