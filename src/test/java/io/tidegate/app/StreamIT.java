package io.tidegate.app;

import static io.tidegate.app.Script.call;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What clients see of a run, whenever they come and however often they lose their connection. */
class StreamIT {
  private static final String BACKGROUND = "\"background\": true";
  private static Harness house;

  @BeforeAll
  static void start() {
    house = Harness.start();
  }

  @AfterAll
  static void stop() {
    house.close();
  }

  private static final String WORDS = "one word after the other makes a long sentence ".repeat(4);

  private static Script twoLongTurns() {
    return new Script()
        .then(WORDS, call("echo", "{\"x\": 1}"), call("echo", "{\"x\": 2}"))
        .then("And " + WORDS);
  }

  private static String begin(String body) {
    var answer = house.client().post("/v1/runs", body);
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(202);
    return answer.text("/session");
  }

  private static Predicate<Client.Event> type(String type) {
    return event -> event.type().equals(type);
  }

  private static String lastId(List<Client.Event> events) {
    return events.reversed().stream()
        .map(Client.Event::id)
        .filter(id -> !id.isEmpty())
        .findFirst()
        .orElseThrow();
  }

  @Test
  void clientThatReconnectsMissesNothingAndSeesNothingTwice() {
    var session = begin(twoLongTurns().by("slow", BACKGROUND));
    var path = "/v1/sessions/" + session + "/events";
    var before = house.client().follow(path, type("tool.started"));
    var after = house.client().follow(path, type("run.stopped"), "Last-Event-ID", lastId(before));
    var both = new ArrayList<>(Events.durable(before));
    both.addAll(Events.durable(after));
    assertThat(both).isEqualTo(house.client().history(session));
    assertThat(both).extracting(e -> e.get("seq").asLong()).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void lastEventIdCountsForMoreThanTheUrl() {
    var session = begin(Script.say("Hello.").by("tester", BACKGROUND));
    var path = "/v1/sessions/" + session + "/events?after=0";
    var all = house.client().follow(path, type("run.stopped"));
    var rest =
        house.client().follow(path, type("run.stopped"), "Last-Event-ID", all.getFirst().id());
    assertThat(Events.durable(rest))
        .isEqualTo(Events.durable(all).subList(1, Events.durable(all).size()));
  }

  @Test
  void clientThatComesInMidReplyGetsWhatWasSaidSoFarAndThenTheRest() {
    var session = begin(Script.say(WORDS).by("slow", BACKGROUND));
    var path = "/v1/sessions/" + session + "/events";
    var before =
        house
            .client()
            .follow(
                path, e -> e.type().equals("text.delta") && e.data().get("offset").asInt() > 30);
    var after =
        Events.data(
            house.client().follow(path, type("run.stopped"), "Last-Event-ID", lastId(before)));
    var text = after.stream().filter(e -> !e.has("seq")).map(Events::type).toList();
    assertThat(text.getFirst()).isEqualTo("message.snapshot");
    assertThat(text.subList(1, text.size())).isNotEmpty().containsOnly("text.delta");
    assertThat(Events.said(after, 1)).isEqualTo(WORDS);
    assertThat(Events.only(after, "model.finished").get("text").asText()).isEqualTo(WORDS);
  }

  @Test
  void oneStreamHoldsTheWholeTextOfEachTurn() {
    var events = house.client().stream("/v1/runs", twoLongTurns().by("slow", "\"stream\": true"));
    assertThat(Events.said(Events.data(events), 1)).isEqualTo(WORDS);
    assertThat(Events.said(Events.data(events), 2)).isEqualTo("And " + WORDS);
    assertThat(events).allMatch(event -> event.id().isEmpty() != event.data().has("seq"));
    assertThat(events).allMatch(event -> event.type().equals(Events.type(event.data())));
  }

  /**
   * By type: the fields beside {@code type, session, run, seq, at}; those with ? may be missing.
   */
  private static final Map<String, String> DURABLE =
      Map.ofEntries(
          Map.entry("session.opened", "agent state metadata by"),
          Map.entry("session.forked", "from from_seq by"),
          Map.entry("run.queued", "agent input metadata by"),
          Map.entry("run.started", "agent input metadata by"),
          Map.entry("run.resumed", "epoch? by? note?"),
          Map.entry("run.cancelling", "reason detail by"),
          Map.entry("model.started", "turn attempt model"),
          Map.entry("model.finished", "turn attempt model usage cost_usd finish text?"),
          Map.entry("turn.reset", "turn attempt reason retry_in_ms?"),
          Map.entry("tool.proposed", "call tool args wave problem?"),
          Map.entry("approval.requested", "call tool args digest reason expires_at"),
          Map.entry("approval.decided", "call decision note? by? edited?"),
          Map.entry("tool.started", "call tool attempt eager"),
          Map.entry(
              "tool.finished",
              "call tool status result attempt? attempts ms adopted_from? late? class? cached?"),
          Map.entry("output.checked", "turn valid problems"),
          Map.entry("run.suspended", "stop"),
          Map.entry("run.stopped", "stop"));

  private static final Map<String, String> PASSING =
      Map.of(
          "text.delta", "after turn attempt offset text",
          "reasoning.delta", "after turn attempt offset text",
          "message.snapshot", "after turn attempt text reasoning");

  private static final String STOP =
      "reason detail final output steps tool_calls usage cost_usd duration_ms next";

  @Test
  void eventsHaveTheFieldsOfTheContract() {
    var seen = new HashSet<String>();
    var script =
        new Script()
            .then(
                WORDS,
                call("echo", "{}"),
                call("none", "{}"),
                call("write", "{\"kind\": \"write\", \"amount\": 2000}"))
            .failing("cut&times=1&after=4")
            .then("Done.");
    var events =
        Events.data(house.client().stream("/v1/runs", script.by("careful", "\"stream\": true")));
    var requested = Events.only(events, "approval.requested");
    var session = requested.get("session").asText();
    house
        .client()
        .post(
            "/v1/sessions/%s/approvals/%s".formatted(session, requested.get("call").asText()),
            "{\"decision\": \"approve\"}");
    var all = house.client().follow("/v1/sessions/" + session + "/events", type("run.stopped"));
    Events.data(all).forEach(event -> seen.add(check(event)));
    events.forEach(event -> seen.add(check(event)));
    var fork = house.client().post("/v1/sessions/" + session + "/fork", "{}").text("/id");
    house.client().history(fork).forEach(event -> seen.add(check(event)));
    assertThat(seen)
        .contains(
            "session.opened",
            "session.forked",
            "run.started",
            "run.resumed",
            "run.suspended",
            "run.stopped",
            "turn.reset",
            "approval.requested",
            "approval.decided",
            "tool.proposed",
            "tool.started",
            "tool.finished",
            "model.started",
            "model.finished",
            "text.delta");
  }

  private static String check(JsonNode event) {
    var type = Events.type(event);
    boolean durable = event.has("seq");
    var own = (durable ? DURABLE : PASSING).get(type);
    assertThat(own).as("an event that no table names: %s", event).isNotNull();
    checkFields(event, (durable ? "type session run seq at " : "type session run ") + own);
    if (event.has("stop")) {
      checkFields(event.get("stop"), STOP);
    }
    if (event.has("usage")) {
      checkFields(
          event.get("usage"),
          "input_tokens output_tokens cached_input_tokens cache_write_tokens reasoning_tokens");
    }
    return type;
  }

  private static void checkFields(JsonNode object, String table) {
    var names = new HashSet<String>();
    object.fieldNames().forEachRemaining(names::add);
    var must = new HashSet<String>();
    var may = new HashSet<String>();
    for (var field : table.split(" ")) {
      (field.endsWith("?") ? may : must).add(field.replace("?", ""));
    }
    assertThat(names).as("%s", object).containsAll(must);
    assertThat(names).as("%s", object).isSubsetOf(union(must, may));
  }

  private static Set<String> union(Set<String> one, Set<String> other) {
    var both = new HashSet<>(one);
    both.addAll(other);
    return both;
  }

  @Test
  void quietStreamIsKeptAliveByCommentsAndHasTheHeadersOfAStream() throws IOException {
    var session = house.client().post("/v1/sessions", "{\"agent\": \"tester\"}").text("/id");
    try (var socket = new Socket("127.0.0.1", house.port())) {
      socket.setSoTimeout(40_000);
      var request = "GET /v1/sessions/%s/events HTTP/1.1\r\nHost: x\r\n\r\n".formatted(session);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      var lines =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      var head = new ArrayList<String>();
      for (var line = lines.readLine(); !line.isEmpty(); line = lines.readLine()) {
        head.add(line.toLowerCase(java.util.Locale.ROOT));
      }
      assertThat(head)
          .contains(
              "http/1.1 200 ok",
              "content-type: text/event-stream; charset=utf-8",
              "cache-control: no-cache, no-transform",
              "x-accel-buffering: no");
      var line = lines.readLine();
      while (line != null && !line.equals(":")) {
        line = lines.readLine();
      }
      assertThat(line).isEqualTo(":");
    }
  }

  @Test
  void gatewayThatIsStartedAgainTakesTheRunUpAndItsClientMissesNothing() {
    var session = begin(twoLongTurns().by("slow", BACKGROUND));
    var path = "/v1/sessions/" + session + "/events";
    var before =
        house
            .client()
            .follow(path, e -> e.type().equals("text.delta") && e.data().get("turn").asInt() == 2);
    house.restart();
    var after = house.client().follow(path, type("run.stopped"), "Last-Event-ID", lastId(before));
    var both = new ArrayList<>(Events.durable(before));
    both.addAll(Events.durable(after));
    assertThat(both).isEqualTo(house.client().history(session));
    // What was said while the client was away stands in the whole reply.
    assertThat(Events.of(both, "model.finished").getLast().get("text").asText())
        .isEqualTo("And " + WORDS);
    assertThat(Events.of(both, "run.resumed")).isNotEmpty();
    assertThat(Events.stop(both).get("reason").asText()).isEqualTo("completed");
  }
}
