package io.tidegate.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidegate.simulator.SimulatorSettings;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A client that does not read: it costs nobody anything, and misses nothing. */
class SlowClientIT {
  private static final int TURNS = 40;
  private static final int TEXT_OF_A_TURN = 100_000;
  private static Harness house;

  @BeforeAll
  static void start() {
    house = Harness.start(SimulatorSettings.DEFAULT.withToolMs(0), Map.of());
  }

  @AfterAll
  static void stop() {
    house.close();
  }

  @Test
  void clientThatStopsReadingHoldsUpNobodyAndGetsEveryDurableEventOnce() throws IOException {
    var session = house.client().post("/v1/sessions", "{\"agent\": \"flood\"}").text("/id");
    try (var stalled = new Socket()) {
      stalled.setReceiveBufferSize(4096);
      stalled.setSoTimeout(60_000);
      stalled.connect(new InetSocketAddress("127.0.0.1", house.port()));
      var request = "GET /v1/sessions/%s/events HTTP/1.1\r\nHost: x\r\n\r\n".formatted(session);
      stalled.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));

      var started =
          house
              .client()
              .post(
                  "/v1/sessions/" + session + "/runs",
                  "{\"input\": \"" + TURNS + "\", \"background\": true}");
      assertThat(started.status()).isEqualTo(202);
      var lively =
          Events.data(
              house
                  .client()
                  .follow(
                      "/v1/sessions/" + session + "/events", e -> e.type().equals("run.stopped")));
      assertThat(Events.stop(lively).get("reason").asText()).isEqualTo("completed");
      var slow = read(stalled);
      assertThat(durable(slow))
          .isEqualTo(durable(lively))
          .isEqualTo(house.client().history(session));
      // It was not given from a buffer what it did not read.
      assertThat(text(slow)).isLessThan(TURNS * TEXT_OF_A_TURN / 8);
      assertEveryTextIsInTheJournal(session, slow);
    }
  }

  private static List<JsonNode> durable(List<JsonNode> events) {
    return events.stream().filter(e -> e.has("seq")).toList();
  }

  private static void assertEveryTextIsInTheJournal(String session, List<JsonNode> events) {
    var replies = Events.of(events, "model.finished");
    assertThat(replies).hasSize(TURNS + 1);
    for (var reply : replies.subList(0, TURNS)) {
      assertThat(reply.at("/text/bytes").asInt()).isEqualTo(TEXT_OF_A_TURN);
    }
    var digest = replies.getFirst().at("/text/ref").asText();
    var text = house.client().get("/v1/sessions/" + session + "/blobs/" + digest).body().asText();
    assertThat(text).hasSize(TEXT_OF_A_TURN).startsWith("word10000 word10001 ");
  }

  /** The characters of all deltas and snapshots. */
  private static long text(List<JsonNode> events) {
    return events.stream()
        .filter(e -> !e.has("seq"))
        .mapToLong(e -> e.path("text").asText().length())
        .sum();
  }

  /** Reads the events of a chunked response up to the end of the run. */
  private static List<JsonNode> read(Socket socket) throws IOException {
    var in = new BufferedInputStream(socket.getInputStream());
    while (!line(in).isEmpty()) {
      // The head of the response.
    }
    var body = new ByteArrayOutputStream();
    var events = new ArrayList<JsonNode>();
    while (events.isEmpty() || !Events.type(events.getLast()).equals("run.stopped")) {
      int length = Integer.parseInt(line(in), 16);
      body.write(in.readNBytes(length));
      line(in);
      parse(body, events);
    }
    return events;
  }

  private static void parse(ByteArrayOutputStream body, List<JsonNode> events) {
    var text = body.toString(StandardCharsets.UTF_8);
    int end = text.lastIndexOf("\n\n");
    if (end < 0 || body.size() != text.getBytes(StandardCharsets.UTF_8).length) {
      return;
    }
    text.substring(0, end)
        .lines()
        .filter(line -> line.startsWith("data:"))
        .forEach(line -> events.add(Harness.json(line.substring(5))));
    body.reset();
    body.writeBytes(text.substring(end + 2).getBytes(StandardCharsets.UTF_8));
  }

  private static String line(InputStream in) throws IOException {
    var line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new IOException("the gateway hung up");
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }
}
