package io.tidegate.http;

import static io.tidegate.http.TestDoor.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What clients are told when the gateway leaves: where they find the rest. */
class DepartureIT {
  private static final Duration GRACE = Duration.ofSeconds(20);

  private final TestDoor door = new TestDoor();
  private final WebSocketClient webSockets = door.vertx.createWebSocketClient();

  @AfterEach
  void close() {
    door.close();
  }

  @Test
  void streamsEndWithATimeToComeBackAndTheRunGoesOn() throws Exception {
    try (var raw = new RawClient(door.door.port())) {
      raw.post("/v1/runs", run("stream", "cancel"));
      raw.readUntil("event: run.started");
      var shut = shutdown();
      var rest = raw.readUntil("\r\n0\r\n\r\n");
      assertThat(rest).containsPattern("retry: \\d+\n").doesNotContain("run.stopped");
      await(shut);
    }
    Eventually.until(() -> door.sessions.followers() == 0);
    assertThat(door.sessions.asked()).noneMatch(asked -> asked.startsWith("cancel"));
  }

  @Test
  void whoWaitsForARunIsToldWhereToLook() throws Exception {
    try (var raw = new RawClient(door.door.port())) {
      raw.post("/v1/runs", run("", "cancel"));
      Eventually.until(() -> door.sessions.followers() == 1);
      shutdown();
      assertThat(raw.readHead()).contains("HTTP/1.1 202");
      assertThat(raw.readUntil("}")).contains("\"session\":\"s1\"").contains("\"run\":\"r1\"");
    }
    Eventually.until(() -> door.sessions.followers() == 0);
    assertThat(door.sessions.asked()).noneMatch(asked -> asked.startsWith("cancel"));
  }

  @Test
  void webSocketsAreClosedForARestart() throws Exception {
    var code = new CompletableFuture<Short>();
    WebSocket socket = await(webSockets.connect(door.door.port(), "127.0.0.1", "/v1/ws"));
    socket.closeHandler(_ -> code.complete(socket.closeStatusCode()));
    await(
        socket.writeTextMessage(
            "{\"id\":1,\"type\":\"run.start\",\"agent\":\"helper\",\"input\":\"hi\","
                + "\"on_disconnect\":\"cancel\"}"));
    Eventually.until(() -> door.sessions.followers() == 1);
    shutdown();
    assertThat(code.get(20, TimeUnit.SECONDS)).isEqualTo((short) 1012);
    Eventually.until(() -> door.sessions.followers() == 0);
    assertThat(door.sessions.asked()).noneMatch(asked -> asked.startsWith("cancel"));
  }

  private Future<Void> shutdown() {
    return door.door.shutdown(GRACE);
  }

  private static String run(String flag, String onDisconnect) {
    return "{\"agent\":\"helper\",\"input\":\"hi\",\"on_disconnect\":\"%s\"%s}"
        .formatted(onDisconnect, flag.isEmpty() ? "" : ",\"" + flag + "\":true");
  }
}
