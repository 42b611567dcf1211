package io.tidegate.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.conversation.Json;
import io.tidegate.loop.Entry;
import io.tidegate.loop.Event;
import io.tidegate.run.Journal.Batch;
import io.tidegate.run.Journal.Status;
import io.tidegate.run.SessionId;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Sessions as documents, over HTTP. */
class ExportIT {
  private static final SessionId S1 = new SessionId("default", "s1");
  private static final long STALLED_MS = 60_000;

  /** Far more than the kernel's buffers hold. */
  private static final int MANY = 400;

  private final TestDoor door = new TestDoor();

  @AfterEach
  void close() {
    door.close();
  }

  @Test
  void exportIsOneDocument() {
    write(30);
    var response = door.get("/v1/sessions/s1/export");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("content-type")).hasValue("application/json");
    assertThat(response.headers().firstValue("content-disposition"))
        .hasValue("attachment; filename=\"s1.json\"");
    var document = new JsonObject(response.body());
    assertThat(document.getString("format")).isEqualTo("tidegate-session");
    assertThat(document.getInteger("version")).isEqualTo(1);
    assertThat(document.getJsonObject("session").getString("id")).isEqualTo("s1");
    assertThat(document.getJsonArray("entries")).hasSize(30);
    assertThat(document.getJsonArray("entries").getJsonObject(29).getInteger("n")).isEqualTo(30);
    assertThat(document.getJsonObject("blobs")).isEmpty();
  }

  @Test
  void headOfAnExportReadsNoEntries() throws Exception {
    write(3);
    var head =
        HttpRequest.newBuilder(door.uri("/v1/sessions/s1/export"))
            .method("HEAD", HttpRequest.BodyPublishers.noBody());
    var response = door.client.send(head.build(), BodyHandlers.ofString());
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEmpty();
    assertThat(door.archive.pages()).isZero();
  }

  @Test
  void unknownSessionHasNoExport() {
    assertThat(door.get("/v1/sessions/nobody/export").statusCode()).isEqualTo(404);
  }

  @Test
  void pagesAreReadAsTheClientTakesThem() throws Exception {
    write(MANY);
    try (var client = stalled()) {
      int asked = untilStill();
      assertThat(asked).isLessThan(MANY);
      var all = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(all).contains("\"n\":" + MANY + ",");
      assertThat(door.archive.pages()).isEqualTo(MANY);
    }
  }

  @Test
  void clientThatTakesNothingIsLetGo() throws Exception {
    write(MANY);
    try (var client = stalled()) {
      assertThat(client).isNotNull();
      untilStill();
      door.time.pass(STALLED_MS);
      Eventually.until(() -> door.time.waiting() == 0);
      assertThat(door.archive.pages()).isLessThan(MANY);
    }
  }

  @Test
  void exportThatBreaksOffIsNoWholeResponse() {
    write(5);
    door.archive.last = 2;
    var request = HttpRequest.newBuilder(door.uri("/v1/sessions/s1/export")).build();
    assertThatThrownBy(() -> door.client.send(request, BodyHandlers.ofString()))
        .isInstanceOf(IOException.class);
  }

  @Test
  void importIsBoundedByItsOwnKey() {
    var tooLarge = "{\"x\":\"" + "x".repeat(TestDoor.MAX_IMPORT) + "\"}";
    var response = door.post("/v1/sessions/import", tooLarge);
    assertThat(response.statusCode()).isEqualTo(413);
    assertThat(response.body()).contains("http.max-import");
  }

  @Test
  void importIsJsonAndItsIdCanBeOne() {
    var text =
        HttpRequest.newBuilder(door.uri("/v1/sessions/import"))
            .header("Content-Type", "text/plain")
            .POST(HttpRequest.BodyPublishers.ofString("{}"));
    assertThat(door.send(text).statusCode()).isEqualTo(415);
    assertThat(door.post("/v1/sessions/import?id=a%20b", "{}").statusCode()).isEqualTo(422);
    assertThat(door.post("/v1/sessions/import?name=a", "{}").statusCode()).isEqualTo(400);
  }

  @Test
  void listTakesTimesInBothForms() {
    write(1);
    var now = door.time.now();
    assertThat(items("?from=" + (now - 3_600_000))).isEqualTo(1);
    assertThat(items("?to=" + (now - 3_600_000))).isZero();
    assertThat(items("?from=2020-01-01T00:00:00Z&to=2100-01-01T00:00:00%2B02:00")).isEqualTo(1);
    assertThat(items("?from=2100-01-01T00:00:00Z")).isZero();
    assertThat(door.get("/v1/sessions?from=yesterday").statusCode()).isEqualTo(400);
  }

  private int items(String query) {
    var response = door.get("/v1/sessions" + query);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return new JsonObject(response.body()).getJsonArray("items").size();
  }

  private void write(int count) {
    var entries = new ArrayList<Entry>();
    for (long seq = 1; seq <= count; seq++) {
      entries.add(new Entry(seq, 1_000, "", new Event.StateSet(Json.EMPTY_OBJECT, "ci")));
    }
    TestDoor.await(
        door.journal.append(S1, new Batch("r", 1, 0, 0, entries, Status.IDLE, Map.of())));
  }

  private Socket stalled() throws IOException {
    var client = new Socket();
    client.setReceiveBufferSize(16 * 1024);
    client.setSoTimeout(20_000);
    client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), door.door.port()));
    client
        .getOutputStream()
        .write(
            "GET /v1/sessions/s1/export HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
                .getBytes(StandardCharsets.UTF_8));
    return client;
  }

  /** Waits until no more pages are asked for. */
  private int untilStill() {
    var last = new int[1];
    var same = new int[1];
    Eventually.until(
        () -> {
          int now = door.archive.pages();
          same[0] = now > 0 && now == last[0] ? same[0] + 1 : 0;
          last[0] = now;
          return same[0] > 100;
        });
    return last[0];
  }
}
