package io.tidegate.app;

import static io.tidegate.app.Script.call;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidegate.simulator.SimulatorSettings;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What other systems are told of runs, whoever asked for it. */
class WebhookIT {
  private static final BlockingQueue<Told> TOLD = new LinkedBlockingQueue<>();

  private static Vertx vertx;
  private static HttpServer receiver;
  private static Harness house;

  private record Told(String path, JsonNode event) {
    String type() {
      return event.get("type").asText();
    }
  }

  @BeforeAll
  static void start() {
    vertx = Vertx.vertx();
    receiver =
        Harness.await(
            vertx
                .createHttpServer()
                .requestHandler(
                    request ->
                        request
                            .body()
                            .onSuccess(
                                body -> {
                                  TOLD.add(new Told(request.path(), Harness.json(body.toString())));
                                  request.response().end();
                                }))
                .listen(0, "127.0.0.1"));
    var gateway =
        """
        webhooks: [{url: "URL/gateway", secret: hush, events: [run.stopped], agents: [tester]}]
        webhook-secret: hush
        webhook-hosts: ["127.0.0.1:PORT"]
        """;
    var files =
        Map.of(
            "gateway.yaml",
            gateway.replace("URL", url("")).replace("PORT", "" + receiver.actualPort()));
    house = Harness.start(SimulatorSettings.DEFAULT.withToolMs(0), files);
  }

  private static String url(String path) {
    return "http://127.0.0.1:" + receiver.actualPort() + path;
  }

  @AfterAll
  static void stop() {
    house.close();
    Harness.await(vertx.close());
  }

  private static List<Told> told(int count) {
    var told = new ArrayList<Told>();
    try {
      while (told.size() < count) {
        var next = TOLD.poll(60, TimeUnit.SECONDS);
        assertThat(next).as("after " + told).isNotNull();
        told.add(next);
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    return told;
  }

  private static Client.Answer run(String agent, String webhook) {
    var script = Script.calls(call("echo", "{}"));
    return house.client().post("/v1/runs", script.by(agent, "\"webhook\": " + webhook));
  }

  @Test
  void gatewayAndCallerAreToldOfARun() {
    var answer = run("tester", "{\"url\": \"" + url("/run") + "\"}");
    assertThat(answer.status()).isEqualTo(200);
    var told = told(3);
    assertThat(told.stream().filter(one -> one.path().equals("/run")).map(Told::type))
        .containsExactly("run.started", "run.stopped");
    assertThat(told.stream().filter(one -> one.path().equals("/gateway")).map(Told::type))
        .containsExactly("run.stopped");
    assertThat(told).allMatch(one -> one.event().get("run").equals(answer.body().get("run")));
  }

  @Test
  void aRunThatWaitsForItsSessionTellsItsCallerToo() {
    var words = "word ".repeat(40);
    var first =
        house.client().post("/v1/runs", Script.say(words).by("slow", "\"background\": true"));
    var body =
        Script.say("2")
            .by(
                "frugal",
                "\"on_busy\": \"enqueue\"",
                "\"background\": true",
                "\"webhook\": {\"url\": \"" + url("/queued") + "\"}");
    var path = "/v1/sessions/" + first.text("/session") + "/runs";
    assertThat(house.client().post(path, body).text("/status")).isEqualTo("queued");
    assertThat(told(3))
        .extracting(Told::type)
        .containsExactly("run.queued", "run.started", "run.stopped");
  }

  @Test
  void aHostThatIsNotListedIsRefused() {
    var answer = run("tester", "{\"url\": \"http://169.254.169.254/latest\"}");
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.body().get("detail").asText()).contains("169.254.169.254", "webhook-hosts");
  }

  @Test
  void anEventThatDoesNotExistIsRefused() {
    var webhook = "{\"url\": \"" + url("/run") + "\", \"events\": [\"run.walked\"]}";
    assertThat(run("tester", webhook).status()).isEqualTo(422);
    assertThat(run("tester", "{}").status()).isEqualTo(400);
  }
}
