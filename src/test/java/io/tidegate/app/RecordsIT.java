package io.tidegate.app;

import static io.tidegate.app.Script.call;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Sessions as records: carried elsewhere, looked back at, deleted. */
class RecordsIT {
  private static final int BLOB_BYTES = 20_000;
  private static Harness house;
  private static Client client;

  @BeforeAll
  static void start() {
    house = Harness.start();
    client = house.client();
  }

  @AfterAll
  static void stop() {
    house.close();
  }

  @Test
  void importedSessionHasTheSameHistoryAndGoesOn() {
    var session = session("tester");
    var document = client.get("/v1/sessions/" + session + "/export").body();
    var made = client.post("/v1/sessions/import?id=carried", document.toString());
    assertThat(made.status()).as("%s", made).isEqualTo(201);
    assertThat(made.text("/id")).isEqualTo("carried");
    assertThat(made.text("/status")).isEqualTo("idle");
    assertThat(made.header("Location")).isEqualTo("/v1/sessions/carried");

    var before = withoutSession(client.history(session));
    var after = withoutSession(client.history("carried"));
    assertThat(after.subList(0, before.size())).isEqualTo(before);
    assertThat(transcript("carried")).isEqualTo(transcript(session));

    var again = client.get("/v1/sessions/carried/export").body();
    assertThat(again.get("blobs")).isEqualTo(document.get("blobs"));
    assertThat(again.get("entries")).hasSize(document.get("entries").size() + 1);

    var on = client.post("/v1/sessions/carried/runs", Script.say("On.").by("tester"));
    assertThat(on.text("/stop/reason")).as("%s", on).isEqualTo("completed");
  }

  @Test
  void runThatWaitedIsClosedInTheCopyAndWaitsInTheOriginal() {
    var waiting =
        client.post("/v1/runs", Script.calls(call("write", "{\"amount\": 2000}")).by("careful"));
    var session = waiting.text("/session");
    assertThat(waiting.text("/stop/reason")).isEqualTo("approval_pending");
    var document = client.get("/v1/sessions/" + session + "/export").body();
    var made = client.post("/v1/sessions/import?id=closed", document.toString());
    assertThat(made.text("/status")).as("%s", made).isEqualTo("idle");
    assertThat(client.get("/v1/sessions/" + session).text("/status")).isEqualTo("suspended");
    var on = client.post("/v1/sessions/closed/runs", Script.say("On.").by("careful"));
    assertThat(on.text("/stop/reason")).as("%s", on).isEqualTo("completed");
  }

  @Test
  void takenIdIsAConflictAndAFlawNamesItsEntry() {
    var session = session("tester");
    var document = (ObjectNode) client.get("/v1/sessions/" + session + "/export").body();
    var taken = client.post("/v1/sessions/import", document.toString());
    assertThat(taken.status()).isEqualTo(409);
    ((ObjectNode) document.get("entries").get(2)).put("t", "nonsense");
    var flawed = client.post("/v1/sessions/import?id=flawed", document.toString());
    assertThat(flawed.status()).isEqualTo(422);
    assertThat(flawed.text("/detail")).contains("entry 3");
    assertThat(client.get("/v1/sessions/flawed").status()).isEqualTo(404);
  }

  @Test
  void deletedSessionLeavesItsForksWhole() {
    var session = session("tester");
    var fork = client.post("/v1/sessions/" + session + "/fork", "{}").text("/id");
    var blobs = client.get("/v1/sessions/" + fork + "/export").body().get("blobs");
    assertThat(blobs.size()).isPositive();
    assertThat(client.delete("/v1/sessions/" + session).status()).isEqualTo(204);
    assertThat(client.get("/v1/sessions/" + fork + "/export").body().get("blobs")).isEqualTo(blobs);
    assertThat(client.delete("/v1/sessions/" + fork).status()).isEqualTo(204);
    assertThat(client.get("/v1/sessions/" + fork + "/export").status()).isEqualTo(404);
  }

  /** A session with a run that had a large result. */
  private static String session(String agent) {
    var run =
        client.post(
            "/v1/runs",
            Script.calls(call("big", "{\"bytes\": " + BLOB_BYTES + "}"), call("echo", "{}"))
                .then("Done.")
                .by(agent));
    assertThat(run.text("/stop/reason")).as("%s", run).isEqualTo("completed");
    return run.text("/session");
  }

  private static JsonNode transcript(String session) {
    return client.get("/v1/sessions/" + session).body().get("transcript");
  }

  private static List<JsonNode> withoutSession(List<JsonNode> events) {
    return events.stream().<JsonNode>map(event -> ((ObjectNode) event).without("session")).toList();
  }
}
