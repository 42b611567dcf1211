package io.tidegate.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.loop.Event;
import io.tidegate.run.SessionId;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SseIT {
  private static final SessionId S1 = new SessionId("default", "s1");
  private static final String STREAM = "{\"agent\":\"helper\",\"input\":\"hi\",\"stream\":true}";

  private final TestDoor door = new TestDoor();

  @AfterEach
  void close() {
    door.close();
  }

  private void startInBackground() {
    door.post("/v1/runs", "{\"agent\":\"helper\",\"input\":\"hi\",\"background\":true}");
  }

  private static List<String> lines(String body, String prefix) {
    return body.lines().filter(line -> line.startsWith(prefix)).toList();
  }

  @Test
  void streamOfARunEndsWhenItStops() throws Exception {
    try (var raw = new RawClient(door.door.port())) {
      raw.post("/v1/runs", STREAM);
      assertThat(raw.readHead())
          .contains("HTTP/1.1 200")
          .contains("content-type: text/event-stream; charset=utf-8")
          .contains("cache-control: no-cache, no-transform")
          .containsIgnoringCase("x-accel-buffering: no");
      assertThat(raw.readUntil("\n\n")).contains("retry: ");
      raw.readUntil("event: run.started");
      door.sessions.record(S1, "r1", new Event.ModelAsked(1, 1, 0, "sim-1"));
      raw.readUntil("event: model.started");
      door.sessions.say(S1, "r1", 0, "Hel");
      assertThat(raw.readUntil("Hel")).contains("event: text.delta");
      door.sessions.stop(S1, "r1");
      assertThat(raw.readUntil("\r\n0\r\n\r\n")).contains("event: run.stopped");
    }
    Eventually.until(() -> door.sessions.followers() == 0);
    assertThat(door.time.waiting()).isZero();
  }

  @Test
  void streamGoesOverHttp2() {
    try (var h2 = new TestDoor(HttpClient.Version.HTTP_2, 1)) {
      h2.get("/v1/agents"); // upgrades the connection
      var response = h2.post("/v1/runs", STREAM.replace("hi", "quick"));
      assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
      assertThat(lines(response.body(), "event: "))
          .containsExactly("event: session.opened", "event: run.started", "event: run.stopped");
    }
  }

  @Test
  void clientThatComesBackGetsTheRestOnce() throws Exception {
    startInBackground();
    door.sessions.stop(S1, "r1");
    for (var request :
        List.of(
            new String[] {"GET /v1/sessions/s1/events?after=2 HTTP/1.1"},
            new String[] {"GET /v1/sessions/s1/events?after=0 HTTP/1.1", "Last-Event-ID: 1-2"})) {
      try (var raw = new RawClient(door.door.port())) {
        raw.head(request);
        var body = raw.readUntil("\n\n\r\n") + raw.readUntil("\n\n\r\n");
        assertThat(lines(body, "id: ")).containsExactly("id: 1-3");
        assertThat(lines(body, "event: ")).containsExactly("event: run.stopped");
      }
    }
    var odd =
        HttpRequest.newBuilder(door.uri("/v1/sessions/s1/events")).header("Last-Event-ID", "x");
    assertThat(door.send(odd).statusCode()).isEqualTo(400);
    assertThat(door.get("/v1/sessions/nope/events").statusCode()).isEqualTo(404);
  }

  @Test
  void clientThatHasSeenMoreThanTheLogHoldsSeesWhatIsNew() throws Exception {
    startInBackground();
    for (var request :
        List.of(
            new String[] {"GET /v1/sessions/s1/events?after=99 HTTP/1.1"},
            new String[] {"GET /v1/sessions/s1/events HTTP/1.1", "Last-Event-ID: 1-99"})) {
      try (var raw = new RawClient(door.door.port())) {
        raw.head(request);
        raw.readUntil("retry: 1000");
        door.sessions.stop(S1, "r1");
        assertThat(raw.readUntil("event: run.stopped")).contains("id: ");
      }
      door.post("/v1/sessions/s1/runs", "{\"input\":\"more\",\"background\":true}");
    }
  }

  @Test
  void sessionIsFollowedBeyondTheEndOfARun() throws Exception {
    startInBackground();
    try (var raw = new RawClient(door.door.port())) {
      raw.head("GET /v1/sessions/s1/events HTTP/1.1");
      raw.readUntil("event: run.started");
      door.sessions.stop(S1, "r1");
      raw.readUntil("event: run.stopped");
      door.post("/v1/sessions/s1/runs", "{\"input\":\"more\",\"background\":true}");
      assertThat(raw.readUntil("event: run.started")).contains("id: 1-4");
    }
  }

  @Test
  void quietStreamIsKeptAliveAndReleasedWhenTheClientGoes() throws Exception {
    startInBackground();
    try (var raw = new RawClient(door.door.port())) {
      raw.head("GET /v1/sessions/s1/events HTTP/1.1");
      raw.readUntil("event: run.started");
      // One for the stream, and one for who looks after the journal for all streams.
      Eventually.until(() -> door.time.waiting() == 2);
      door.time.pass(15_000); // not quiet: there were events
      Eventually.until(() -> door.time.waiting() == 2);
      door.time.pass(15_000);
      assertThat(raw.readUntil("\n:\n\n")).doesNotContain("event: ");
    }
    Eventually.until(() -> door.sessions.followers() == 0);
    Eventually.until(() -> door.time.waiting() == 0);
  }

  @Test
  void clientThatGoesCancelsItsRunIfItSaidSo() throws Exception {
    for (var choice : List.of("continue", "cancel")) {
      try (var raw = new RawClient(door.door.port())) {
        raw.post(
            "/v1/runs",
            new JsonObject(STREAM).put("session", choice).put("on_disconnect", choice).encode());
        raw.readUntil("event: run.started");
      }
      Eventually.until(() -> door.sessions.followers() == 0);
    }
    var asked = Stream.of(door.sessions.nextAsked(), door.sessions.nextAsked()).toList();
    assertThat(asked).containsExactly("start continue r1", "start cancel r2");
    assertThat(door.sessions.nextAsked()).startsWith("cancel cancel r2");
  }

  @Test
  void headOfAStreamHasNoBody() {
    startInBackground();
    var head = door.send(HttpRequest.newBuilder(door.uri("/v1/sessions/s1/events")).HEAD());
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.headers().firstValue("content-type"))
        .hasValue("text/event-stream; charset=utf-8");
  }

  @Test
  void eventsOfOneTurnGoOutInOneWrite() throws Exception {
    door.post("/v1/runs", "{\"agent\":\"helper\",\"input\":\"quick\",\"background\":true}");
    try (var raw = new RawClient(door.door.port())) {
      raw.head("GET /v1/sessions/s1/events HTTP/1.1");
      raw.readHead();
      raw.readUntil("\n\n\r\n");
      var chunk = raw.readUntil("\n\n\r\n");
      assertThat(lines(chunk, "event: ")).hasSize(3);
    }
    assertThat(
            door.client.sendAsync(
                HttpRequest.newBuilder(door.uri("/v1/agents")).build(), BodyHandlers.discarding()))
        .succeedsWithin(java.time.Duration.ofSeconds(20));
  }
}
