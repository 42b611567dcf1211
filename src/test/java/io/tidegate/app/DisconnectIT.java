package io.tidegate.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.simulator.SimulatorSettings;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of a run, and of the question it asks a model, when its client goes away. */
class DisconnectIT {
  private static final String CHUNK =
      "data:"
          + " {\"id\":\"1\",\"object\":\"chat.completion.chunk\",\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"tick"
          + " \"},\"finish_reason\":null}]}\n\n";
  private static final String END =
      "data:"
          + " {\"id\":\"1\",\"object\":\"chat.completion.chunk\",\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"
          + "data: [DONE]\n\n";
  private final Vertx vertx = Vertx.vertx();
  private final Promise<Void> closed = Promise.promise();
  private HttpServer model;
  private int chunks = 1_000_000;
  private Harness house;

  @BeforeEach
  void start() {
    model =
        Harness.await(vertx.createHttpServer().requestHandler(this::reply).listen(0, "127.0.0.1"));
    house =
        Harness.start(
            SimulatorSettings.DEFAULT,
            Map.of("models.yaml", TestConfig.models("http://127.0.0.1:" + model.actualPort())));
  }

  @AfterEach
  void stop() {
    house.close();
    Harness.await(vertx.close());
  }

  /** Says one word every 20 ms. */
  private void reply(HttpServerRequest request) {
    var response = request.response();
    response.closeHandler(gone -> closed.tryComplete());
    response.putHeader("content-type", "text/event-stream").setChunked(true);
    var left = new int[] {chunks};
    vertx.setPeriodic(
        20,
        timer -> {
          if (response.closed() || response.ended()) {
            vertx.cancelTimer(timer);
          } else if (left[0]-- > 0) {
            response.write(CHUNK);
          } else {
            response.end(END);
          }
        });
  }

  private Client.Event begin(String onDisconnect) {
    var body =
        Script.request(
            "tester", "Tick.", "\"stream\": true", "\"on_disconnect\": \"" + onDisconnect + "\"");
    return house
        .client()
        .streamUntil("/v1/runs", body, event -> event.type().equals("text.delta"))
        .getLast();
  }

  private Client.Event stopped(Client.Event seen) {
    return house
        .client()
        .follow(
            "/v1/sessions/" + seen.data().get("session").asText() + "/events",
            event -> event.type().equals("run.stopped"))
        .getLast();
  }

  @Test
  void cancelEndsTheRunAndHangsUpOnTheModel() {
    var stop = stopped(begin("cancel")).data().get("stop");
    assertThat(stop.get("reason").asText()).isEqualTo("cancelled");
    assertThat(stop.get("detail").asText()).isEqualTo("the client closed its connection");
    Harness.await(closed.future());
  }

  @Test
  void continueLetsTheRunGoOnToItsEnd() {
    chunks = 40;
    var stop = stopped(begin("continue")).data().get("stop");
    assertThat(stop.get("reason").asText()).isEqualTo("completed");
    assertThat(stop.get("output").asText()).isEqualTo("tick ".repeat(40));
  }

  @Test
  void cancelThroughTheApiHangsUpOnTheModel() {
    var seen = begin("continue").data();
    var path =
        "/v1/sessions/%s/runs/%s/cancel"
            .formatted(seen.get("session").asText(), seen.get("run").asText());
    assertThat(house.client().post(path, "{}").status()).isEqualTo(202);
    Harness.await(closed.future());
  }
}
