package io.tidegate.app;

import static io.tidegate.app.Script.call;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Tool calls in waves: side by side, within limits, and each on its own when it goes wrong. */
class WavesIT {
  private static final String STREAM = "\"stream\": true";
  private static Harness house;

  @BeforeAll
  static void start() {
    house = Harness.start();
  }

  @AfterAll
  static void stop() {
    house.close();
  }

  private static List<JsonNode> run(String body) {
    return Events.data(house.client().stream("/v1/runs", body));
  }

  @Test
  void independentCallsMakeOneWaveThatTakesAsLongAsItsSlowestCall() {
    var events =
        run(
            Script.calls(
                    call("sleep", "{\"ms\": 400}"),
                    call("sleep", "{\"ms\": 600}"),
                    call("sleep", "{\"ms\": 800}"),
                    call("sleep", "{\"ms\": 1000}"))
                .by("tester", STREAM));
    assertThat(Events.of(events, "tool.proposed"))
        .hasSize(4)
        .allMatch(e -> e.get("wave").asInt() == 1);
    assertThat(Events.mostAtOnce(events)).isEqualTo(4);
    long begin = Events.at(Events.of(events, "tool.started").getFirst());
    long end = Events.at(Events.of(events, "tool.finished").getLast());
    long sum =
        Events.of(events, "tool.finished").stream().mapToLong(e -> e.get("ms").asLong()).sum();
    assertThat(end - begin).isLessThan(sum * 3 / 4);
  }

  @Test
  void eagerStartOverlapsTheStreamWithTheTool() {
    var long1 = "{\"ms\": 500, \"why\": \"%s\"}".formatted("because it is the first ".repeat(5));
    var later = "{\"ms\": %d, \"why\": \"%s\"}";
    var events =
        run(
            Script.calls(
                    call("sleep", long1),
                    call("sleep", later.formatted(1, "because it is the second ".repeat(5))),
                    call("sleep", later.formatted(2, "because it is the third ".repeat(5))),
                    call("sleep", later.formatted(3, "because it is the last ".repeat(5))))
                .by("slow", STREAM));
    var asked = Events.of(events, "model.started").getFirst();
    var replied = Events.of(events, "model.finished").getFirst();
    var first = Events.of(events, "tool.started").getFirst();
    assertThat(first.get("eager").asBoolean()).isTrue();
    assertThat(first.get("seq").asLong()).isLessThan(replied.get("seq").asLong());
    var slowest =
        Events.of(events, "tool.finished").stream()
            .filter(e -> e.get("call").equals(first.get("call")))
            .findFirst()
            .orElseThrow();
    long stream = Events.at(replied) - Events.at(asked);
    long step = Events.at(Events.of(events, "tool.finished").getLast()) - Events.at(asked);
    assertThat(step).isLessThan(stream + slowest.get("ms").asLong());
    assertThat(Events.stop(events).get("reason").asText()).isEqualTo("completed");
  }

  /** Calls that last long enough to overlap, however slow the machine is. */
  private static List<Script.Call> naps(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> call("sleep", "{\"ms\": 40, \"why\": \"%d\"}".formatted(i)))
        .toList();
  }

  private static List<Script.Call> echoes(int count) {
    return IntStream.range(0, count).mapToObj(i -> call("echo", "{\"i\": " + i + "}")).toList();
  }

  @Test
  void fourHundredCallsKeepToTheLimitOfParallelCallsAndAreAnsweredOnceEach() {
    var events = run(Script.calls(naps(400)).by("tester", STREAM));
    assertThat(Events.mostAtOnce(events)).isBetween(2, 16);
    assertThat(Events.of(events, "tool.finished"))
        .hasSize(400)
        .allMatch(e -> e.get("status").asText().equals("succeeded"))
        .extracting(e -> e.get("call").asText())
        .doesNotHaveDuplicates();
    assertThat(Events.stop(events).get("tool_calls").asInt()).isEqualTo(400);
  }

  @Test
  void callsOverTheLimitOfTheRunGetAResultAndTheModelIsAskedAgain() {
    var events = run(Script.calls(echoes(100)).then("So be it.").by("frugal", STREAM));
    assertThat(Events.of(events, "tool.started")).hasSize(40);
    assertThat(Events.of(events, "tool.finished"))
        .hasSize(100)
        .filteredOn(e -> e.get("status").asText().equals("failed"))
        .hasSize(60)
        .allMatch(e -> e.at("/result/error").asText().contains("limit of tool calls"));
    assertThat(Events.of(events, "model.finished")).hasSize(2);
    assertThat(Events.stop(events).get("output").asText()).isEqualTo("So be it.");
  }

  @Test
  void callThatHangsTimesOutAndItsSiblingsKeepTheirResults() {
    var events =
        run(
            Script.calls(call("echo", "{\"x\": 1}"), call("hang", "{}"), call("echo", "{\"x\": 2}"))
                .then("Done.")
                .by("tester", STREAM));
    assertThat(Events.of(events, "tool.finished"))
        .extracting(e -> e.get("tool").asText() + " " + e.get("status").asText())
        .containsExactlyInAnyOrder("echo succeeded", "hang timed_out", "echo succeeded");
    assertThat(Events.stop(events).get("reason").asText()).isEqualTo("completed");
  }

  @Test
  void resultOverTheSizeLimitIsRefusedWithASentenceThatTheModelReads() {
    var events =
        run(Script.calls(call("big", "{\"bytes\": 5000000}")).then("Done.").by("tester", STREAM));
    var finished = Events.only(events, "tool.finished");
    assertThat(finished.get("status").asText()).isEqualTo("failed");
    var sentence = finished.at("/result/error").asText();
    assertThat(sentence).contains("larger than the 262144 bytes").contains("ask for less");
    var session = finished.get("session").asText();
    var transcript = house.client().get("/v1/sessions/" + session).body().get("transcript");
    assertThat(transcript.toString()).contains("ask for less");
    assertThat(house.simulator().get("/admin/requests").body().toString()).contains("ask for less");
    assertThat(Events.stop(events).get("reason").asText()).isEqualTo("completed");
  }
}
