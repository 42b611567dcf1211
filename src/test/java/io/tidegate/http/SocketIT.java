package io.tidegate.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.run.Journal;
import io.tidegate.run.SessionId;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SocketIT {
  private static final SessionId S1 = new SessionId("default", "s1");

  private final TestDoor door = new TestDoor();
  private final LinkedBlockingQueue<JsonObject> frames = new LinkedBlockingQueue<>();

  /** Held: what belongs to a client that is garbage is closed. */
  private final WebSocketClient webSockets = door.vertx.createWebSocketClient();

  private WebSocket socket;

  @BeforeEach
  void connect() {
    socket = TestDoor.await(webSockets.connect(door.door.port(), "127.0.0.1", "/v1/ws"));
    socket.textMessageHandler(text -> frames.add(new JsonObject(text)));
  }

  @AfterEach
  void close() {
    door.close();
  }

  private void send(String json) {
    TestDoor.await(socket.writeTextMessage(json));
  }

  private JsonObject next() throws InterruptedException {
    var frame = frames.poll(20, TimeUnit.SECONDS);
    assertThat(frame).as("a frame within 20 s").isNotNull();
    return frame;
  }

  private JsonObject answer(String json) throws InterruptedException {
    send(json);
    return next();
  }

  private static void assertProblem(JsonObject frame, Object id, int status) {
    assertThat(frame.getString("type")).isEqualTo("error");
    assertThat(frame.getValue("id")).isEqualTo(id);
    assertThat(frame.getJsonObject("problem").getInteger("status"))
        .as(frame.encode())
        .isEqualTo(status);
  }

  @Test
  void runIsAcknowledgedAndThenSeenUntilItStops() throws Exception {
    send("{\"id\":1,\"type\":\"run.start\",\"agent\":\"helper\",\"input\":\"hi\"}");
    var ack = next();
    assertThat(ack.getString("type")).isEqualTo("ack");
    assertThat(ack.getInteger("id")).isEqualTo(1);
    assertThat(ack.getString("session")).isEqualTo("s1");
    assertThat(ack.getString("run")).isEqualTo("r1");
    assertThat(ack.getString("status")).isEqualTo("running");
    assertThat(next().getString("type")).isEqualTo("session.opened");
    assertThat(next().getString("type")).isEqualTo("run.started");
    door.sessions.stop(S1, "r1");
    var stopped = next();
    assertThat(stopped.getString("type")).isEqualTo("run.stopped");
    assertThat(stopped.getJsonObject("stop").getString("reason")).isEqualTo("completed");
    Eventually.until(() -> door.sessions.followers() == 0);
  }

  @Test
  void manyRunsShareOneSocket() throws Exception {
    for (int i = 1; i <= 300; i++) {
      var started =
          answer(
              "{\"id\":\"n"
                  + i
                  + "\",\"type\":\"run.start\",\"agent\":\"helper\",\"input\":\"quick\"}");
      assertThat(started.getString("id")).isEqualTo("n" + i);
      assertThat(List.of(next(), next(), next()))
          .allMatch(event -> event.getString("session").equals(started.getString("session")));
    }
  }

  @Test
  void subscriptionReplaysFollowsAndEnds() throws Exception {
    door.post("/v1/runs", "{\"agent\":\"helper\",\"input\":\"hi\",\"background\":true}");
    var ack = answer("{\"id\":1,\"type\":\"subscribe\",\"session\":\"s1\",\"after\":1}");
    assertThat(ack.getString("type")).isEqualTo("ack");
    assertThat(next().getString("type")).isEqualTo("run.started");
    door.sessions.stop(S1, "r1");
    assertThat(next().getInteger("seq")).isEqualTo(3);
    assertThat(door.sessions.followers()).isEqualTo(1);
    answer("{\"id\":2,\"type\":\"unsubscribe\",\"session\":\"s1\"}");
    assertThat(door.sessions.followers()).isZero();
    assertProblem(answer("{\"id\":3,\"type\":\"subscribe\",\"session\":\"nope\"}"), 3, 404);
  }

  @Test
  void everythingElseCanBeAskedToo() throws Exception {
    answer(
        "{\"id\":1,\"type\":\"approval.decide\",\"session\":\"s1\",\"call\":\"c1\",\"decision\":\"deny\",\"note\":\"no\"}");
    assertThat(door.sessions.nextAsked()).isEqualTo("decide s1 c1 false null no");
    answer(
        "{\"id\":2,\"type\":\"run.cancel\",\"session\":\"s1\",\"run\":\"r1\",\"note\":\"enough\"}");
    assertThat(door.sessions.nextAsked()).isEqualTo("cancel s1 r1 enough");
    answer(
        "{\"id\":3,\"type\":\"run.resume\",\"session\":\"s1\",\"run\":\"r1\",\"limits\":{\"steps\":5}}");
    assertThat(door.sessions.nextAsked()).isEqualTo("resume s1 r1 5 ");
    answer(
        "{\"id\":4,\"type\":\"outcome.decide\",\"session\":\"s1\",\"call\":\"c2\",\"outcome\":\"rerun\"}");
    assertThat(door.sessions.nextAsked()).isEqualTo("settle s1 c2 RERUN null");
    answer(
        "{\"id\":4,\"type\":\"input.answer\",\"session\":\"s1\",\"call\":\"c3\",\"answer\":[7]}");
    assertThat(door.sessions.nextAsked()).isEqualTo("answer s1 c3 [7]");
    assertThat(answer("{\"id\":5,\"type\":\"ping\"}"))
        .isEqualTo(new JsonObject().put("id", 5).put("type", "ack"));
  }

  @Test
  void runThatTheJournalDoesNotTakeIsUnavailable() throws Exception {
    door.sessions.breakWith(new Journal.Unavailable("Redis made no progress", null));
    var start = "{\"id\":1,\"type\":\"run.start\",\"agent\":\"helper\",\"input\":\"hi\"}";
    assertProblem(answer(start), 1, 503);
  }

  @Test
  void framesThatAreWrongLeaveTheSocketOpen() throws Exception {
    assertProblem(answer("{oops"), null, 400);
    assertProblem(answer("[]"), null, 400);
    assertProblem(answer("{\"id\":7}"), 7, 400);
    assertProblem(answer("{\"id\":8,\"type\":\"dance\"}"), 8, 422);
    assertProblem(answer("{\"id\":9,\"type\":\"ping\",\"x\":1}"), 9, 400);
    assertProblem(answer("{\"id\":{},\"type\":\"ping\"}"), null, 422);
    assertProblem(
        answer("{\"id\":10,\"type\":\"run.start\",\"agent\":\"nope\",\"input\":\"x\"}"), 10, 404);
    TestDoor.await(socket.writeBinaryMessage(Buffer.buffer("{}")));
    assertProblem(next(), null, 400);
    assertThat(answer("{\"id\":11,\"type\":\"ping\"}").getString("type")).isEqualTo("ack");
  }

  @Test
  void subscriptionsAreBounded() throws Exception {
    for (int i = 0; i < 257; i++) {
      door.post(
          "/v1/runs",
          "{\"agent\":\"helper\",\"input\":\"quick\",\"background\":true,\"session\":\"n"
              + i
              + "\"}");
    }
    int refused = 0;
    for (int i = 0; i < 257; i++) {
      send("{\"id\":" + i + ",\"type\":\"subscribe\",\"session\":\"n" + i + "\",\"after\":9}");
    }
    for (int i = 0; i < 257; i++) {
      if (next().getString("type").equals("error")) {
        refused++;
      }
    }
    assertThat(refused).isEqualTo(1);
    assertProblem(
        answer("{\"id\":1,\"type\":\"run.start\",\"agent\":\"helper\",\"input\":\"x\"}"), 1, 429);
    answer("{\"id\":2,\"type\":\"unsubscribe\",\"session\":\"n0\"}");
    assertThat(
            answer("{\"id\":3,\"type\":\"subscribe\",\"session\":\"n256\",\"after\":9}")
                .getString("type"))
        .isEqualTo("ack");
  }

  @Test
  void commandsSentAtOnceAreAllAnswered() throws Exception {
    IntStream.range(0, 1000)
        .forEach(i -> socket.writeTextMessage("{\"id\":" + i + ",\"type\":\"ping\"}"));
    for (int i = 0; i < 1000; i++) {
      assertThat(next().getInteger("id")).isEqualTo(i);
    }
  }

  @Test
  void socketThatClosesReleasesItsFeedsAndCancelsWhatItSaid() throws Exception {
    for (var choice : List.of("continue", "cancel")) {
      send(
          "{\"id\":1,\"type\":\"run.start\",\"agent\":\"helper\",\"input\":\"hi\",\"on_disconnect\":\""
              + choice
              + "\"}");
      next();
      next();
      next();
      door.sessions.nextAsked();
    }
    assertThat(door.sessions.followers()).isEqualTo(2);
    TestDoor.await(socket.close());
    assertThat(door.sessions.nextAsked()).startsWith("cancel s2 r2");
    Eventually.until(() -> door.sessions.followers() == 0);
    Eventually.until(() -> door.time.waiting() == 0);
  }

  @Test
  void largeFramesWorkUpToTheBoundAndEndTheSocketBeyond() throws Exception {
    var big = connectWithLargeFrames();
    var input = "quick" + "x".repeat(2_000_000);
    big.writeTextMessage(
        "{\"id\":1,\"type\":\"run.start\",\"background\":true,\"agent\":\"helper\",\"input\":\""
            + input
            + "\"}");
    assertThat(next().getString("type")).isEqualTo("ack");
    assertThat(door.sessions.starts().getFirst().input()).hasSize(input.length());
    var closed = new LinkedBlockingQueue<Boolean>();
    big.closeHandler(gone -> closed.add(true));
    big.writeFinalTextFrame("x".repeat(TestDoor.MAX_BODY + 1));
    assertThat(closed.poll(20, TimeUnit.SECONDS)).isTrue();
    assertThat(answer("{\"id\":2,\"type\":\"ping\"}").getInteger("id")).isEqualTo(2);
  }

  private WebSocket connectWithLargeFrames() {
    var big = TestDoor.await(webSockets.connect(door.door.port(), "127.0.0.1", "/v1/ws"));
    big.textMessageHandler(text -> frames.add(new JsonObject(text)));
    return big;
  }

  @Test
  void socketThatAnswersPingsStaysOpen() throws Exception {
    var pings = new LinkedBlockingQueue<Boolean>();
    socket.frameHandler(
        frame -> {
          if (frame.isPing()) {
            pings.add(true);
          }
        });
    Eventually.until(() -> door.time.waiting() == 1);
    door.time.pass(30_000);
    assertThat(pings.poll(20, TimeUnit.SECONDS)).isTrue();
    assertThat(answer("{\"id\":1,\"type\":\"ping\"}").getInteger("id")).isEqualTo(1);
    Eventually.until(() -> door.time.waiting() == 1);
    door.time.pass(30_000);
    assertThat(pings.poll(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void socketThatAnswersNoPingIsClosed() throws Exception {
    TestDoor.await(socket.close());
    Eventually.until(() -> door.time.waiting() == 0);
    try (var raw = new RawClient(door.door.port())) {
      raw.head(
          "GET /v1/ws HTTP/1.1",
          "Connection: Upgrade",
          "Upgrade: websocket",
          "Sec-WebSocket-Version: 13",
          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==");
      assertThat(raw.readHead()).contains("HTTP/1.1 101");
      for (int ping = 1; ping <= 2; ping++) {
        Eventually.until(() -> door.time.waiting() == 1);
        door.time.pass(30_000);
      }
      assertThat(raw.readUntil("no answer to a ping")).isNotEmpty();
    }
    Eventually.until(() -> door.time.waiting() == 0);
  }

  @Test
  void plainRequestIsToldToUpgrade() {
    var response = door.get("/v1/ws");
    assertThat(response.statusCode()).isEqualTo(426);
    assertThat(response.body()).contains("urn:tidegate:problem:upgrade-required");
    assertThatThrownBy(
            () -> TestDoor.await(webSockets.connect(door.door.port(), "127.0.0.1", "/v1/wss")))
        .isInstanceOf(UpgradeRejectedException.class);
  }
}
