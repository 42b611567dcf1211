package io.tidegate.app;

import static io.tidegate.app.Script.call;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.app.Collector.Seen;
import io.tidegate.simulator.SimulatorSettings;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a collector sees of runs, and what models and tools are told. */
class TracesIT {
  private static final String SPAN = "00f067aa0ba902b7";
  private static Collector collector;
  private static Harness house;

  @BeforeAll
  static void start() {
    collector = Collector.start();
    house = house("100%");
    collector.passTo(house.simulatorUrl());
  }

  private static Harness house(String sample) {
    var files = new HashMap<>(TestConfig.files(collector.url()));
    files.put(
        "gateway.yaml",
        "tracing: {endpoint: \"%s\", sample: %s, headers: {Authorization: \"Bearer let-me-in\"}}\n"
            .formatted(collector.url(), sample));
    return Harness.start(SimulatorSettings.DEFAULT.withToolMs(0), files);
  }

  @AfterAll
  static void stop() {
    house.close();
    collector.close();
  }

  private static String trace(int n) {
    return "4bf92f3577b34da6a3ce929d0e0e%04x".formatted(n);
  }

  private static String parent(String trace) {
    return "00-" + trace + "-" + SPAN + "-01";
  }

  private static List<Seen> of(List<Seen> spans, String name) {
    return spans.stream().filter(span -> span.name().equals(name)).toList();
  }

  private static Seen only(List<Seen> spans, String name) {
    assertThat(of(spans, name)).as("%s in %s", name, spans).hasSize(1);
    return of(spans, name).getFirst();
  }

  @Test
  void runIsATreeBelowItsClientsSpan() {
    var trace = trace(1);
    var script =
        Script.calls(call("echo", "{\"n\": 1}"), call("echo", "{\"n\": 2}"), call("hang", "{}"))
            .then("Done.");
    var events =
        Events.data(
            house.client().stream(
                "/v1/runs",
                script.by("tester", "\"stream\": true"),
                "traceparent",
                parent(trace),
                "tracestate",
                "vendor=word"));
    var spans = collector.whole(trace);

    var run = only(spans, "invoke_agent tester");
    assertThat(run.parent()).isEqualTo(SPAN);
    assertThat(run.get("gen_ai.operation.name")).isEqualTo("invoke_agent");
    assertThat(run.get("gen_ai.agent.name")).isEqualTo("tester");
    assertThat(run.get("gen_ai.provider.name")).isEqualTo("openai");
    var session = events.getFirst().get("session").asText();
    assertThat(run.get("gen_ai.conversation.id")).isEqualTo(session);
    assertThat(run.get("tidegate.run.id")).isEqualTo(events.getFirst().get("run").asText());
    assertThat(run.get("tidegate.stop.reason")).isEqualTo("completed");
    assertThat(run.resource()).containsEntry("service.name", "tidegate");

    var chats = of(spans, "chat script");
    assertThat(chats).hasSize(2).allMatch(chat -> chat.parent().equals(run.id()));
    assertThat(chats.getFirst().get("gen_ai.request.model")).isEqualTo("script");
    long input =
        chats.stream().mapToLong(it -> Long.parseLong(it.get("gen_ai.usage.input_tokens"))).sum();
    assertThat(run.get("gen_ai.usage.input_tokens")).isEqualTo(Long.toString(input));
    assertThat(input).isPositive();

    var wave = only(spans, "wave 1");
    assertThat(wave.parent()).isEqualTo(run.id());
    assertThat(wave.get("tidegate.wave.width")).isEqualTo("3");
    var echoes = of(spans, "execute_tool echo");
    assertThat(echoes).hasSize(2).allMatch(it -> it.parent().equals(wave.id()));
    var hang = only(spans, "execute_tool hang");
    assertThat(hang.parent()).isEqualTo(wave.id());
    assertThat(hang.get("error.type")).isEqualTo("timed_out");
    assertThat(hang.get("gen_ai.tool.name")).isEqualTo("hang");
    assertThat(hang.get("gen_ai.tool.call.id")).isNotEmpty();
    assertThat(spans)
        .allSatisfy(
            it ->
                assertThat(it.span().getEndTimeUnixNano())
                    .isGreaterThanOrEqualTo(it.span().getStartTimeUnixNano()));
    assertThat(spans.stream().map(Seen::id)).doesNotHaveDuplicates();
    assertThat(collector.authorizations()).contains("Bearer let-me-in");

    var told =
        collector.told().stream()
            .filter(it -> it.traceparent().contains(trace))
            .collect(Collectors.groupingBy(it -> it.path().contains("/tools/")));
    assertThat(told.get(true).stream().map(it -> it.traceparent()))
        .containsExactlyInAnyOrderElementsOf(
            spans.stream()
                .filter(it -> it.name().startsWith("execute_tool"))
                .map(it -> "00-" + trace + "-" + it.id() + "-01")
                .toList());
    assertThat(told.get(false).stream().map(it -> it.traceparent()))
        .containsExactlyInAnyOrderElementsOf(
            chats.stream().map(it -> "00-" + trace + "-" + it.id() + "-01").toList());
    assertThat(collector.told())
        .filteredOn(it -> it.traceparent().contains(trace))
        .allMatch(it -> it.tracestate().equals("vendor=word"));
  }

  @Test
  void whoeverSaysNothingGetsATraceOfItsOwn() {
    var events =
        Events.data(
            house.client().stream("/v1/runs", Script.say("Hi.").by("tester", "\"stream\": true")));
    var run = events.getFirst().get("run").asText();
    Site.until(
        "its span is there",
        () -> collector.spans().stream().anyMatch(it -> it.get("tidegate.run.id").equals(run)));
    var mine =
        collector.spans().stream().filter(it -> it.get("tidegate.run.id").equals(run)).toList();
    Site.until("the run's too", () -> collector.of(mine.getFirst().trace()).size() == 2);
    assertThat(only(collector.of(mine.getFirst().trace()), "invoke_agent tester").parent())
        .isEmpty();
  }

  @Test
  void whatTheClientDoesNotKeepIsNotSentButPassedOn() {
    var trace = trace(2);
    house.client().stream(
        "/v1/runs",
        Script.calls(call("echo", "{}")).then("Hi.").by("tester", "\"stream\": true"),
        "traceparent",
        "00-" + trace + "-" + SPAN + "-00");
    var marker = trace(3);
    house.client().stream(
        "/v1/runs",
        Script.say("Hi.").by("tester", "\"stream\": true"),
        "traceparent",
        parent(marker));
    collector.whole(marker);
    assertThat(collector.of(trace)).isEmpty();
    assertThat(collector.told())
        .filteredOn(it -> it.traceparent().contains(trace))
        .hasSizeGreaterThanOrEqualTo(3)
        .allMatch(it -> it.traceparent().endsWith("-00"));
  }

  @Test
  void runThatWaitsForAPersonGoesOnInItsTraceAfterARestart() {
    var trace = trace(4);
    var suspended =
        Events.data(
            house.client().stream(
                "/v1/runs",
                Script.calls(call("echo", "{}"), call("write", "{\"amount\": 2000}"))
                    .then("Done.")
                    .by("careful", "\"stream\": true"),
                "traceparent",
                parent(trace)));
    var asked = Events.only(suspended, "approval.requested");
    house.restart();
    house
        .client()
        .post(
            "/v1/sessions/%s/approvals/%s"
                .formatted(asked.get("session").asText(), asked.get("call").asText()),
            "{\"decision\": \"approve\"}");
    var spans = collector.whole(trace);
    Site.until("all of it is there", () -> collector.of(trace).size() >= 7);
    spans = collector.of(trace);
    var run = only(spans, "invoke_agent careful");
    assertThat(run.parent()).isEqualTo(SPAN);
    assertThat(of(spans, "chat script")).hasSize(2).allMatch(it -> it.parent().equals(run.id()));
    var waves = of(spans, "wave 1").stream().map(Seen::id).toList();
    assertThat(waves).hasSize(2);
    assertThat(waves).contains(only(spans, "execute_tool write").parent());
    assertThat(waves).contains(only(spans, "execute_tool echo").parent());
  }

  @Test
  void collectorThatIsGoneStopsNothing() {
    try (var alone =
        Harness.start(
            SimulatorSettings.DEFAULT.withToolMs(0),
            Map.of("gateway.yaml", "tracing: {endpoint: \"http://127.0.0.1:9\"}\n"))) {
      var events =
          Events.data(
              alone.client().stream(
                  "/v1/runs", Script.say("Hi.").by("tester", "\"stream\": true")));
      assertThat(Events.stop(events).get("reason").asText()).isEqualTo("completed");
      Site.until(
          "the loss is counted",
          () ->
              alone
                  .management()
                  .get("/metrics")
                  .body()
                  .asText()
                  .contains("tidegate_trace_spans_total{outcome=\"failed\"} 2.0"));
    }
  }
}
