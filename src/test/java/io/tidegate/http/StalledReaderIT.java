package io.tidegate.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.loop.Event;
import io.tidegate.run.SessionId;
import io.tidegate.stream.PublicEvent;
import io.tidegate.stream.Sse;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StalledReaderIT {
  private static final int BOUND = 32 * 1024;

  private static final int FRAMING = 10 * 1024;
  private static final int SMALL = 16 * 1024;

  /** Sends events for as long as the client has room, and again when it has. */
  private static final class Firehose {
    private final PublicEvent event;
    private final int eventBytes;
    private final AtomicLong sentBytes = new AtomicLong();
    private volatile boolean stalled;
    private boolean gone;

    Firehose(int eventBytes) {
      event = new PublicEvent("text.delta", 0, Buffer.buffer("\"" + "x".repeat(eventBytes) + "\""));
      var encoded = Buffer.buffer();
      Sse.append(event, 1, encoded);
      this.eventBytes = encoded.length();
    }

    void open(Vertx vertx, HttpServerRequest request) {
      var stream = SseStream.open(request, vertx.getOrCreateContext(), new FastTime(vertx));
      stream.whenGone(() -> gone = true);
      vertx.runOnContext(turn -> pour(stream));
    }

    private void pour(SseStream stream) {
      stalled = false;
      while (!gone && !stream.full()) {
        stream.send(event);
        sentBytes.addAndGet(eventBytes);
      }
      stalled = true;
      stream.whenRoom(() -> pour(stream));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 3_000, 200_000})
  void noMoreThanTheBoundAndOneEventWaitsForAClientThatDoesNotRead(int eventBytes)
      throws Exception {
    var vertx = Vertx.vertx();
    var hose = new Firehose(eventBytes);
    var server =
        TestDoor.await(
            vertx
                .createHttpServer(
                    new HttpServerOptions().setSendBufferSize(SMALL).setStrictThreadMode(true))
                .requestHandler(request -> hose.open(vertx, request))
                .listen(0, "127.0.0.1"));
    try (var client = new Socket()) {
      client.setReceiveBufferSize(SMALL);
      client.setSoTimeout(20_000);
      client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.actualPort()));
      client.getOutputStream().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(UTF_8));
      long filled = untilStill(hose);
      assertThat(filled - Kernel.holds(client))
          .isBetween(BOUND / 2L - FRAMING, (long) BOUND + hose.eventBytes + FRAMING);

      // It goes on when the client reads.
      long read = client.getInputStream().readNBytes(4 * BOUND + 4 * eventBytes).length;
      Eventually.until(() -> hose.sentBytes.get() > filled);
      assertThat(untilStill(hose) - read - Kernel.holds(client))
          .isBetween(BOUND / 2L - FRAMING, (long) BOUND + hose.eventBytes + FRAMING);
    } finally {
      TestDoor.await(vertx.close());
    }
  }

  /** Waits until nothing more is sent, which is when the kernel's buffers are full too. */
  private static long untilStill(Firehose hose) {
    var last = new long[] {-1};
    var same = new int[1];
    Eventually.until(
        () -> {
          long now = hose.sentBytes.get();
          same[0] = hose.stalled && now == last[0] ? same[0] + 1 : 0;
          last[0] = now;
          return same[0] > 100;
        });
    return last[0];
  }

  @Test
  void clientThatReadsIsNotHeldUpByOneThatDoesNot() throws Exception {
    try (var door = new TestDoor();
        var stalled = new Socket()) {
      var s1 = new SessionId("default", "s1");
      door.post("/v1/runs", "{\"agent\":\"helper\",\"input\":\"hi\",\"background\":true}");
      stalled.setReceiveBufferSize(SMALL);
      stalled.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), door.door.port()));
      follow(stalled);
      try (var reader = new RawClient(door.door.port())) {
        reader.head("GET /v1/sessions/s1/events HTTP/1.1");
        reader.readUntil("event: run.started");
        door.sessions.record(s1, "r1", new Event.ModelAsked(1, 1, 0, "sim-1"));
        reader.readUntil("event: model.started");
        var piece = "x".repeat(8 * 1024);
        for (int i = 0; i < 2_000; i++) {
          door.sessions.say(s1, "r1", i * piece.length(), piece);
          reader.readUntil("\"offset\":" + i * piece.length() + ",");
        }
        door.sessions.stop(s1, "r1");
        reader.readUntil("event: run.stopped");
      }
    }
  }

  private static void follow(Socket client) throws IOException {
    client
        .getOutputStream()
        .write("GET /v1/sessions/s1/events HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(UTF_8));
  }
}
