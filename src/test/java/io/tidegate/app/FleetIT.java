package io.tidegate.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** Three gateways that serve as one: whichever is asked. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FleetIT {
  private static final int SIZE = 3;
  private static Fleet fleet;

  @BeforeAll
  static void start() {
    fleet = Fleet.open(SIZE);
  }

  @AfterAll
  static void stop() {
    fleet.close();
  }

  private static String begin(int at, String agent, String script) {
    var answer = fleet.client(at).post("/v1/runs", Site.request(agent, script));
    assertThat(answer.status()).as("%s", answer).isEqualTo(202);
    return Site.path(answer.body());
  }

  private static String sessionPath(String path) {
    return "/v1/sessions/" + Site.session(path);
  }

  private static JsonNode stopOf(String path, String reason) {
    return Site.until(
        path + " rests: " + reason,
        () ->
            Optional.of(fleet.rest(path))
                .filter(stop -> stop.get("reason").asText().equals(reason)));
  }

  /** The calls that wait for a decision. */
  private static List<String> pending(int at, String path) {
    var calls = new ArrayList<String>();
    for (var call : fleet.client(at).get(sessionPath(path)).body().get("calls")) {
      if (call.get("status").asText().equals("awaiting_approval")) {
        calls.add(call.get("call").asText());
      }
    }
    return calls;
  }

  private static Client.Answer decide(int at, String path, String call) {
    return fleet
        .client(at)
        .post(sessionPath(path) + "/approvals/" + call, "{\"decision\": \"approve\"}");
  }

  @Test
  @Order(1)
  void runThatIsDrivenElsewhereIsStreamedWithItsDeltas() {
    var words = "word ".repeat(60);
    var path = begin(0, "worker", new Calls().turn(words).script());
    var streams =
        List.of(0, 1, 2).stream().map(at -> CompletableFuture.supplyAsync(() -> stream(at, path)));
    for (var stream : streams.toList()) {
      var data = Events.data(stream.join());
      assertThat(Events.of(data, "text.delta")).isNotEmpty();
      assertThat(Events.said(data, 1).strip()).isEqualTo(words.strip());
    }
    assertThat(stopOf(path, "completed").get("output").asText().strip()).isEqualTo(words.strip());
  }

  private static List<Client.Event> stream(int at, String path) {
    return fleet
        .client(at)
        .follow(sessionPath(path) + "/events", e -> e.type().equals("run.stopped"));
  }

  @Test
  @Order(2)
  void runIsCancelledByAnyReplica() {
    var path = begin(0, "worker", new Calls().turn("word ".repeat(2_000)).script());
    assertThat(fleet.client(1).post(path + "/cancel", "{}").status()).isEqualTo(202);
    stopOf(path, "cancelled");
    assertThat(fleet.client(2).get(path).text("/stop/reason")).isEqualTo("cancelled");
  }

  @Test
  @Order(3)
  void clientThatHopsSeesWhatOneThatNeverMovedSees() {
    var calls = new Calls();
    for (int turn = 0; turn < 8; turn++) {
      calls.turn("Some words for turn " + turn + " of this run.");
      calls.call("look", "hop/" + turn, 200).call("put", "hop-put/" + turn, 10);
    }
    var path = begin(0, "worker", calls.turn("All done.").script());
    var session = Site.session(path);
    var hopper = new Hopper(fleet, session, 200, new Random(1));
    var still = Events.durable(stream(1, path));
    hopper.check();
    assertThat(hopper.hops()).isGreaterThan(3);
    assertThat(hopper.durable()).isEqualTo(still);
  }

  @Test
  @Order(4)
  void fiveApprovalsOfOneReplyAreEachAcceptedOnce() {
    var random = Seed.random();
    var script = new Calls().turn("");
    for (int i = 0; i < 5; i++) {
      script.call("write", "five-" + i, 1);
    }
    var path = begin(0, "careful", script.turn("The end.").script());
    stopOf(path, "approval_pending");
    var calls = pending(1, path);
    assertThat(calls).hasSize(5);
    Collections.shuffle(calls, random);
    for (var call : calls) {
      int first = random.nextInt(SIZE);
      int second = (first + 1 + random.nextInt(SIZE - 1)) % SIZE;
      if (random.nextBoolean()) {
        assertThat(decide(first, path, call).status()).isEqualTo(200);
        var again = decide(second, path, call);
        assertThat(again.status()).isEqualTo(409);
        assertThat(again.text("/type")).endsWith("already-decided");
      } else {
        var other = CompletableFuture.supplyAsync(() -> decide(second, path, call).status());
        assertThat(List.of(decide(first, path, call).status(), other.join()))
            .containsExactlyInAnyOrder(200, 409);
      }
    }
    assertThat(stopOf(path, "completed").get("output").asText()).isEqualTo("The end.");
    for (int i = 0; i < 5; i++) {
      assertThat(fleet.tools().uses("five-" + i)).hasSize(1);
    }
    assertThat(Events.of(fleet.client(0).history(Site.session(path)), "approval.decided"))
        .hasSize(5);
  }

  @Test
  @Order(5)
  void forkInheritsNoPendingApproval() {
    var script = new Calls().turn("").call("write", "forked", 1).turn("The end.").script();
    var path = begin(0, "careful", script);
    stopOf(path, "approval_pending");
    var fork = fleet.client(1).post(sessionPath(path) + "/fork", "{}");
    assertThat(fork.status()).as("%s", fork).isEqualTo(201);
    assertThat(fork.text("/status")).isEqualTo("idle");
    var inbox = fleet.client(2).get("/v1/approvals?status=pending&limit=50").body().get("items");
    assertThat(inbox)
        .extracting(item -> item.get("session").asText())
        .contains(Site.session(path))
        .doesNotContain(fork.text("/id"));
    var call = pending(2, path).getFirst();
    var stray = "/v1/sessions/" + fork.text("/id") + "/approvals/" + call;
    assertThat(fleet.client(2).post(stray, "{\"decision\": \"approve\"}").status())
        .isBetween(404, 409);
    assertThat(fleet.tools().uses("forked")).isEmpty();
    assertThat(decide(1, path, call).status()).isEqualTo(200);
    stopOf(path, "completed");
    assertThat(fleet.tools().uses("forked")).hasSize(1);
  }

  @Test
  @Order(6)
  void approvalExpiresThoughNobodyWasThere() {
    var path = begin(0, "careful", Calls.one("write", "brief", 1));
    stopOf(path, "approval_pending");
    var requested = Events.only(fleet.client(1).history(Site.session(path)), "approval.requested");
    for (int i = 0; i < SIZE; i++) {
      fleet.kill(i);
    }
    var expires = Instant.parse(requested.get("expires_at").asText());
    Site.until("it expires", () -> Instant.now().isAfter(expires));
    fleet.startAll();
    stopOf(path, "completed");
    var decided = Events.only(fleet.client(2).history(Site.session(path)), "approval.decided");
    assertThat(decided.get("decision").asText()).isEqualTo("expired");
    assertThat(fleet.tools().uses("brief")).isEmpty();
  }
}
