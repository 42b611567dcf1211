package io.tidegate.app;

import static io.tidegate.app.Script.call;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidegate.app.Described.Operation;
import io.tidegate.http.KeySettings;
import io.tidegate.simulator.SimulatorSettings;
import io.vertx.core.http.WebSocketConnectOptions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Two tenants in one gateway, each with its own keys. */
class TenantsIT {
  private static final String RUNNER = "tg_acme_run";
  private static final String READER = "tg_acme_read";
  private static final String APPROVER = "tg_acme_approve";
  private static final String OTHER = "tg_umbrella_admin";

  private static Harness house;

  @BeforeAll
  static void start() {
    house =
        Harness.start(SimulatorSettings.DEFAULT.withToolMs(0), Map.of("gateway.yaml", gateway()));
  }

  @AfterAll
  static void stop() {
    house.close();
  }

  private static String gateway() {
    return "keys:\n"
        + key(RUNNER, "acme", "run")
        + key(READER, "acme", "read")
        + key(APPROVER, "acme", "approve")
        + key(OTHER, "umbrella", "admin");
  }

  private static String key(String key, String tenant, String scope) {
    return "  - {hash: '%s', tenant: %s, principal: '%s of %s', scopes: [%s]}%n"
        .formatted(KeySettings.hash(key), tenant, scope, tenant, scope);
  }

  private static Client as(String key) {
    return house.client().with(key);
  }

  /** A session of acme that has a blob. */
  private static void makeBooks(String session) {
    var script = Script.calls(call("big", "{\"bytes\": 20000}")).then("Done.");
    var answer =
        as(RUNNER).post("/v1/runs", script.by("tester", "\"session\": \"" + session + "\""));
    assertThat(answer.text("/stop/reason")).isEqualTo("completed");
  }

  /** A session of acme with a call that waits for an approval; gives the event that asks. */
  private static JsonNode makeGate(String session) {
    var script = Script.calls(call("write", "{\"amount\": 2000}")).then("Done.");
    var body = script.by("careful", "\"session\": \"" + session + "\"");
    var answer = as(RUNNER).post("/v1/runs", body);
    assertThat(answer.text("/stop/reason")).isEqualTo("approval_pending");
    return Events.only(as(READER).history(session), "approval.requested");
  }

  @Test
  void eachScopeDoesItsPartOfTheWork() {
    var requested = makeGate("shared-work");
    var call = "/v1/sessions/shared-work/approvals/" + requested.get("call").asText();
    var approval = "{\"decision\": \"approve\"}";
    assertThat(as(RUNNER).post(call, approval).status()).isEqualTo(403);
    assertThat(as(READER).post(call, approval).status()).isEqualTo(403);
    assertThat(as(APPROVER).get("/v1/approvals").status()).isEqualTo(403);
    assertThat(as(READER).get("/v1/approvals").body().get("items"))
        .extracting(item -> item.get("session").asText())
        .contains("shared-work");
    assertThat(as(APPROVER).post(call, approval).status()).isEqualTo(200);
    as(READER).follow("/v1/sessions/shared-work/events", e -> e.type().equals("run.stopped"));
    assertThat(house.client().get("/v1/sessions/shared-work").status()).isEqualTo(401);
  }

  @Test
  void whatIsOfAnotherTenantLooksAsIfItDidNotExist() {
    makeBooks("books");
    var gate = makeGate("doors");
    var before = List.of(as(READER).history("books"), as(READER).history("doors"));
    var run = as(READER).get("/v1/sessions/books").text("/run/id");
    var blob = blob("books");
    var operations =
        new Described(house.client())
            .operations().stream().filter(each -> each.path().contains("{session}")).toList();
    assertThat(operations).hasSizeGreaterThan(10);
    for (var operation : operations) {
      boolean ofCall = operation.path().contains("{call}");
      var session = ofCall ? "doors" : "books";
      var path =
          operation
              .path()
              .replace("{call}", gate.get("call").asText())
              .replace("{run}", run)
              .replace("{digest}", blob);
      assertLooksMissing(operation, path, session);
      // A stream does not end, and a document of everything is for administrators.
      if (operation.method().equals("GET") && !path.matches(".*/(events|export)")) {
        assertThat(as(READER).get(path.replace("{session}", session)).status())
            .as(path)
            .isEqualTo(200);
      }
    }
    assertThat(List.of(as(READER).history("books"), as(READER).history("doors"))).isEqualTo(before);
  }

  private static void assertLooksMissing(Operation operation, String path, String session) {
    var theirs = ask(operation, path.replace("{session}", session));
    var missing = ask(operation, path.replace("{session}", "nobodys"));
    assertThat(theirs.status()).as("%s", operation).isEqualTo(404);
    assertThat(missing.status()).as("%s", operation).isEqualTo(404);
    assertThat(requireNonNull(theirs.body()).toString().replace(session, "nobodys"))
        .isEqualTo(requireNonNull(missing.body()).toString());
  }

  private static Client.Answer ask(Operation operation, String path) {
    return operation.body().isEmpty()
        ? as(OTHER).ask(operation.method(), path)
        : as(OTHER).ask(operation.method(), path, operation.body());
  }

  @Test
  void socketFindsNothingOfAnotherTenant() throws Exception {
    var call = makeGate("behind").get("call").asText();
    var run = as(READER).get("/v1/sessions/behind").text("/run/id");
    var before = as(READER).history("behind");
    var socket = new LinkedBlockingQueue<JsonNode>();
    var client = house.vertx().createWebSocketClient();
    var connection =
        Harness.await(
            client.connect(
                new WebSocketConnectOptions()
                    .setHost("127.0.0.1")
                    .setPort(house.port())
                    .setURI("/v1/ws")
                    .setSubProtocols(List.of("tidegate", "bearer." + OTHER))));
    connection.textMessageHandler(text -> socket.add(Harness.json(text)));
    for (var command :
        List.of(
            "\"subscribe\"",
            "\"run.cancel\", \"run\": \"" + run + "\"",
            "\"run.resume\", \"run\": \"" + run + "\"",
            "\"approval.decide\", \"decision\": \"approve\", \"call\": \"" + call + "\"",
            "\"outcome.decide\", \"outcome\": \"rerun\", \"call\": \"" + call + "\"")) {
      Harness.await(
          connection.writeTextMessage("{\"session\": \"behind\", \"type\": " + command + "}"));
      var answer = socket.poll(60, TimeUnit.SECONDS);
      assertThat(answer).as(command).isNotNull();
      assertThat(answer.at("/problem/status").asInt()).as(command).isEqualTo(404);
    }
    Harness.await(client.close());
    assertThat(as(READER).history("behind")).isEqualTo(before);
  }

  private static String blob(String session) {
    return as(READER).history(session).stream()
        .flatMap(event -> event.findValues("ref").stream())
        .map(JsonNode::asText)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void namesOfSessionsAndKeysOfRequestsAreEachTenantsOwn() {
    makeBooks("twice");
    var before = as(READER).history("twice");
    var request = Script.say("Mine.").by("tester", "\"session\": \"twice\"");
    var mine = as(OTHER).post("/v1/runs", request, "Idempotency-Key", "k1");
    var theirs =
        as(RUNNER).post("/v1/runs", Script.say("Theirs.").by("tester"), "Idempotency-Key", "k1");
    assertThat(mine.text("/stop/output")).isEqualTo("Mine.");
    assertThat(theirs.text("/stop/output")).isEqualTo("Theirs.");
    assertThat(as(READER).history("twice")).isEqualTo(before);
    assertThat(as(OTHER).get("/v1/sessions").body().get("items"))
        .extracting(item -> item.get("id").asText())
        .containsExactly("twice");
    assertThat(as(OTHER).get("/v1/approvals").body().get("items")).isEmpty();
  }
}
