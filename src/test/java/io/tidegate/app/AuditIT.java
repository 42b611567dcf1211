package io.tidegate.app;

import static io.tidegate.app.Script.call;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Who did what, as an admin is told. */
class AuditIT {
  private static Harness house;

  @BeforeAll
  static void start() {
    house = Harness.start();
  }

  @AfterAll
  static void stop() {
    house.close();
  }

  private static List<JsonNode> deeds(String query) {
    var deeds = new ArrayList<JsonNode>();
    house.client().get("/v1/audit?" + query).body().get("items").forEach(deeds::add);
    return deeds;
  }

  private static List<String> actions(String session) {
    return deeds("session=" + session).reversed().stream()
        .map(deed -> deed.get("action").asText())
        .toList();
  }

  private static JsonNode suspended() {
    var script = Script.calls(call("write", "{\"amount\": 2000}")).then("Done.");
    var events =
        Events.data(house.client().stream("/v1/runs", script.by("careful", "\"stream\": true")));
    return Events.only(events, "approval.requested");
  }

  @Test
  void everyDeedIsToldOnceAndOutlivesItsSession() {
    var asked = suspended();
    var session = asked.get("session").asText();
    var path = "/v1/sessions/" + session;
    house
        .client()
        .post(
            path + "/approvals/" + asked.get("call").asText(),
            "{\"decision\": \"approve\", \"args\": {\"amount\": 3000}, \"note\": \"Fine.\"}");
    house.client().follow(path + "/events", event -> event.type().equals("run.stopped"));
    assertThat(house.client().get(path + "/export").status()).isEqualTo(200);
    var fork = house.client().post(path + "/fork", "{}").text("/id");
    assertThat(house.client().delete(path).status()).isEqualTo(204);

    Site.until("all is told", () -> actions(session).size() >= 5);
    assertThat(actions(session))
        .containsExactly(
            "session.create", "run.start", "call.approve", "session.export", "session.delete");
    var approved = deeds("session=" + session + "&action=call.approve").getFirst();
    assertThat(approved.get("call").asText()).isEqualTo(asked.get("call").asText());
    assertThat(approved.get("run").asText()).isEqualTo(asked.get("run").asText());
    assertThat(approved.get("detail").get("edited").asText()).isEqualTo("true");
    assertThat(approved.get("detail").get("note").asText()).isEqualTo("Fine.");
    assertThat(approved.get("principal").asText()).isNotEmpty();
    assertThat(deeds("session=" + fork))
        .singleElement()
        .satisfies(
            deed -> {
              assertThat(deed.get("action").asText()).isEqualTo("session.fork");
              assertThat(deed.get("detail").get("from").asText()).isEqualTo(session);
            });
  }

  @Test
  void approvalThatNobodyGaveInTimeIsADeedOfTheGateway() {
    var script = Script.calls(call("write", "{\"amount\": 2000}")).then("Done.");
    var events = house.client().stream("/v1/runs", script.by("hasty", "\"stream\": true"));
    var asked = Events.only(Events.data(events), "approval.requested");
    var session = asked.get("session").asText();
    Site.until("it is told", () -> actions(session).contains("call.expire"));
    assertThat(actions(session)).containsExactly("session.create", "run.start", "call.expire");
    var expired = deeds("session=" + session + "&action=call.expire").getFirst();
    assertThat(expired.get("call").asText()).isEqualTo(asked.get("call").asText());
    assertThat(expired.get("principal").asText()).isEqualTo("tidegate");
    assertThat(house.management().get("/metrics").body().asText())
        .containsPattern("tidegate_wait_duration_seconds_count\\{.*approval.*\\} [1-9]");
  }

  @Test
  void deletionThatIsRefusedIsNoDeed() {
    var asked = suspended();
    var session = asked.get("session").asText();
    house.client().delete("/v1/sessions/none");
    house
        .client()
        .post("/v1/sessions/" + session + "/runs/" + asked.get("run").asText() + "/cancel", "{}");
    Site.until("the cancellation is told", () -> actions(session).contains("run.cancel"));
    assertThat(deeds("session=none")).isEmpty();
  }

  @Test
  void pagesHoldEachDeedOnce() {
    for (int i = 0; i < 5; i++) {
      house.client().post("/v1/sessions", "{\"agent\": \"tester\"}");
    }
    Site.until("they are told", () -> deeds("action=session.create").size() >= 5);
    var all = deeds("action=session.create&limit=200").stream().map(it -> it.get("id")).toList();
    var paged = new ArrayList<JsonNode>();
    String cursor = "";
    while (cursor != null) {
      var page = house.client().get("/v1/audit?action=session.create&limit=2" + cursor).body();
      page.get("items").forEach(deed -> paged.add(deed.get("id")));
      cursor = page.get("next").isNull() ? null : "&cursor=" + page.get("next").asText();
    }
    assertThat(paged).containsAll(all.subList(0, 5)).doesNotHaveDuplicates();
    assertThat(house.client().get("/v1/audit?action=nonsense").status()).isEqualTo(422);
    assertThat(deeds("to=1000")).isEmpty();
  }
}
