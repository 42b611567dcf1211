package io.tidegate.app;

import static io.tidegate.app.Script.call;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Many runs over one WebSocket. */
class SocketRunIT {
  private static final String WORDS = "one word after the other makes a long sentence ".repeat(3);
  private static Harness house;
  private final LinkedBlockingQueue<JsonNode> frames = new LinkedBlockingQueue<>();
  private final List<JsonNode> seen = new ArrayList<>();
  private WebSocket socket;

  @BeforeAll
  static void startHouse() {
    house = Harness.start();
  }

  @AfterAll
  static void stopHouse() {
    house.close();
  }

  @BeforeEach
  void connect() {
    var uri = URI.create("ws://127.0.0.1:" + house.port() + "/v1/ws");
    socket = HttpClient.newHttpClient().newWebSocketBuilder().buildAsync(uri, new Frames()).join();
  }

  @AfterEach
  void disconnect() {
    socket.abort();
  }

  private final class Frames implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        frames.add(Harness.json(text.toString()));
        text.setLength(0);
      }
      from.request(1);
      return null;
    }
  }

  private void send(String json) {
    socket.sendText(json, true).join();
  }

  private void start(int id, String request) {
    var command = ((ObjectNode) Harness.json(request)).put("id", id).put("type", "run.start");
    send(command.toString());
  }

  private JsonNode await(Predicate<JsonNode> awaited) {
    try {
      while (true) {
        var frame = frames.poll(30, TimeUnit.SECONDS);
        assertThat(frame).as("a frame after %s", Events.types(seen)).isNotNull();
        seen.add(frame);
        if (awaited.test(frame)) {
          return frame;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private JsonNode answer(int id) {
    return await(frame -> frame.path("id").asInt() == id);
  }

  private static Predicate<JsonNode> stopped(JsonNode ack) {
    return frame ->
        Events.type(frame).equals("run.stopped") && frame.get("run").equals(ack.get("run"));
  }

  @Test
  void runsOfOneSocketAreInterleavedAndEachIsWhole() {
    start(1, Script.say(WORDS).by("slow"));
    start(2, Script.say("And " + WORDS).by("slow"));
    var one = answer(1);
    var two =
        seen.stream().filter(f -> f.path("id").asInt() == 2).findFirst().orElseGet(() -> answer(2));
    assertThat(Events.type(one)).isEqualTo("ack");
    var open = new ArrayList<>(List.of(one.get("run").asText(), two.get("run").asText()));
    await(
        frame -> {
          if (Events.type(frame).equals("run.stopped")) {
            open.remove(frame.get("run").asText());
          }
          return open.isEmpty();
        });
    assertThat(Events.said(of(one), 1)).isEqualTo(WORDS);
    assertThat(Events.said(of(two), 1)).isEqualTo("And " + WORDS);
    int lastOfOne = seen.indexOf(of(one).getLast());
    int firstOfTwo = seen.indexOf(of(two).getFirst());
    assertThat(firstOfTwo).isLessThan(lastOfOne);
    assertThat(durable(of(one)))
        .isEqualTo(
            house
                .client()
                .history(one.get("session").asText())
                .subList(1, durable(of(one)).size() + 1));
  }

  private List<JsonNode> of(JsonNode ack) {
    return seen.stream().filter(f -> !f.has("id") && f.path("run").equals(ack.get("run"))).toList();
  }

  private static List<JsonNode> durable(List<JsonNode> events) {
    return events.stream().filter(e -> e.has("seq")).toList();
  }

  @Test
  void subscriptionShowsWhatCameAfterASeq() {
    var run = house.client().post("/v1/runs", Script.say("Hello.").by("tester"));
    var session = run.text("/session");
    send(
        "{\"id\": 7, \"type\": \"subscribe\", \"session\": \"%s\", \"after\": 2}"
            .formatted(session));
    assertThat(Events.type(answer(7))).isEqualTo("ack");
    await(frame -> Events.type(frame).equals("run.stopped"));
    var history = house.client().history(session);
    assertThat(durable(seen))
        .isEqualTo(history.stream().filter(e -> e.get("seq").asLong() > 2).toList());
    send("{\"id\": 8, \"type\": \"unsubscribe\", \"session\": \"%s\"}".formatted(session));
    assertThat(Events.type(answer(8))).isEqualTo("ack");
  }

  @Test
  void approvalIsDecidedOverTheSocket() {
    start(1, Script.calls(call("write", "{\"amount\": 2000}")).then("Done.").by("careful"));
    var requested = await(frame -> Events.type(frame).equals("approval.requested"));
    await(frame -> Events.type(frame).equals("run.suspended"));
    var command =
        "{\"id\": %d, \"type\": \"approval.decide\", \"session\": \"%s\", \"call\": \"%s\","
            + " \"decision\": \"approve\"}";
    var session = requested.get("session").asText();
    var call = requested.get("call").asText();
    send(command.formatted(2, session, call));
    var stop = await(frame -> Events.type(frame).equals("run.stopped")).get("stop");
    assertThat(stop.get("output").asText()).isEqualTo("Done.");
    assertThat(seen).anyMatch(f -> f.path("id").asInt() == 2 && Events.type(f).equals("ack"));
    send(command.formatted(3, session, call));
    var refused = answer(3);
    assertThat(Events.type(refused)).isEqualTo("error");
    assertThat(refused.at("/problem/status").asInt()).isEqualTo(409);
  }

  @Test
  void runIsCancelledOverTheSocket() {
    start(1, Script.say(WORDS.repeat(5)).by("slow"));
    var ack = answer(1);
    await(frame -> Events.type(frame).equals("text.delta"));
    send(
        "{\"id\": 2, \"type\": \"run.cancel\", \"session\": %s, \"run\": %s}"
            .formatted(ack.get("session"), ack.get("run")));
    assertThat(await(stopped(ack)).at("/stop/reason").asText()).isEqualTo("cancelled");
  }

  @Test
  void closedSocketCancelsTheRunsThatAskForIt() {
    start(1, Script.say(WORDS.repeat(5)).by("slow", "\"on_disconnect\": \"cancel\""));
    var ack = answer(1);
    await(frame -> Events.type(frame).equals("text.delta"));
    socket.abort();
    var events =
        house
            .client()
            .follow(
                "/v1/sessions/" + ack.get("session").asText() + "/events",
                e -> e.type().equals("run.stopped"));
    assertThat(events.getLast().data().at("/stop/reason").asText()).isEqualTo("cancelled");
  }

  @Test
  void wrongCommandsAreAnsweredWithErrorsAndTheSocketStays() {
    send("{\"id\": 1, \"type\": \"dance\"}");
    assertThat(problem(answer(1))).isEqualTo(422);
    send("{\"id\": 2, \"type\": \"run.start\", \"agent\": \"nobody\", \"input\": \"[]\"}");
    assertThat(problem(answer(2))).isEqualTo(422);
    send("{\"id\": 3, \"type\": \"subscribe\", \"session\": \"none\"}");
    assertThat(problem(answer(3))).isEqualTo(404);
    send(
        "{\"id\": 4, \"type\": \"run.start\", \"agent\": \"tester\", \"input\": \"[]\", \"x\": 1}");
    assertThat(problem(answer(4))).isEqualTo(400);
    send("{\"id\": 5, ");
    assertThat(problem(await(frame -> frame.path("id").isNull()))).isEqualTo(400);
    send("{\"id\": 6, \"type\": \"ping\"}");
    assertThat(Events.type(answer(6))).isEqualTo("ack");
  }

  private static int problem(JsonNode frame) {
    assertThat(Events.type(frame)).isEqualTo("error");
    assertThat(frame.at("/problem/detail").asText()).isNotEmpty();
    return frame.at("/problem/status").asInt();
  }
}
