package io.tidegate.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidegate.app.Wire.Moment;
import io.tidegate.loop.Event;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A gateway is killed at an append to the journal of the run that it drives: before Redis has it,
 * when Redis has it and the gateway doesn't know, and when the gateway knows. What is written for a
 * session besides its journal is written before an append or after it, so every such gap is among
 * these. {@code -Dappends=all} tries each moment of each append, else some by the {@code seed}.
 */
class AppendFaultIT {
  private static final int SOME = 6;
  private static Fleet fleet;

  private record Point(int nth, Moment moment) {}

  @BeforeAll
  static void start() {
    fleet = Fleet.open(2);
  }

  @AfterAll
  static void stop() {
    fleet.close();
  }

  @Test
  @Timeout(value = 20, unit = TimeUnit.MINUTES)
  void runSurvivesTheDeathOfItsGatewayAtAnyAppend() {
    var random = Seed.random();
    fleet.wire(0).trap(Integer.MAX_VALUE, Moment.HEARD, () -> {});
    live(0, "undisturbed");
    int appends = fleet.wire(0).seen();
    assertThat(appends).isGreaterThan(8);
    int at = 0;
    for (var point : points(appends, random)) {
      var name = point.moment() + "-" + point.nth();
      fleet.killAtAppend(at, point.nth(), point.moment());
      live(at, name);
      boolean reached = fleet.wire(at).seen() >= point.nth();
      System.out.println(name + " of " + appends + (reached ? "" : ": not reached"));
      if (reached) {
        awaitDeath(at);
      } else {
        fleet.wire(at).mend();
      }
      fleet.startAll();
      at = 1 - at;
    }
  }

  /** Its answer may be on the way though others have seen the end of the run. */
  private static void awaitDeath(int at) {
    Site.until("it dies", () -> !fleet.alive(at));
  }

  private static List<Point> points(int appends, Random random) {
    var all = new ArrayList<Point>();
    for (int nth = 1; nth <= appends; nth++) {
      for (var moment : Moment.values()) {
        all.add(new Point(nth, moment));
      }
    }
    Collections.shuffle(all, random);
    return System.getProperty("appends", "").equals("all") ? all : all.subList(0, SOME);
  }

  /** A run with calls of every kind, from its start to its end, at that gateway while it lives. */
  private static void live(int at, String name) {
    var script =
        new Calls()
            .turn("A word before.")
            .call("look", name + "/look", 60)
            .call("put", name + "/put", 10)
            .call("write", name + "/write", 30)
            .call("write", name + "/signed", 20)
            .turn("And one more.")
            .call("write", name + "/last", 1)
            .turn("The end.")
            .script();
    var begun = ask(at, "/v1/runs", Site.request("worker", script), name);
    assertThat(begun.status()).as("%s", begun).isEqualTo(202);
    var path = Site.path(begun.body());
    var stop = settle(at, path);
    assertThat(stop.get("reason").asText()).as("%s", stop).isEqualTo("completed");
    assertThat(stop.get("output").asText()).isEqualTo("The end.");
    check(path, name);
  }

  /** Asks that gateway if it lives, and others if it does not or dies of the question. */
  private static Client.Answer ask(int at, String path, String body, String key) {
    return Site.until(
        "an answer to " + path,
        () -> {
          try {
            var client = fleet.serves(at) ? fleet.client(at) : fleet.client();
            return Optional.of(client.post(path, body, "Idempotency-Key", key))
                .filter(answer -> answer.status() < 500);
          } catch (UncheckedIOException _) {
            return Optional.empty();
          }
        });
  }

  private static JsonNode look(String path) {
    return Site.until(
        "an answer to " + path,
        () -> {
          try {
            return Optional.of(fleet.client().get(path))
                .filter(answer -> answer.status() == 200)
                .map(Client.Answer::body);
          } catch (UncheckedIOException _) {
            return Optional.empty();
          }
        });
  }

  /** Gives the run every word that it waits for, until it has stopped. */
  private static JsonNode settle(int at, String path) {
    var session = path.substring(0, path.indexOf("/runs/"));
    return Site.until(
        path + " has stopped",
        () -> {
          var stop = look(path).get("stop");
          if (stop.path("final").asBoolean()) {
            return Optional.of(stop);
          }
          for (var call : look(session).get("calls")) {
            var id = call.get("call").asText();
            switch (call.get("status").asText()) {
              case "awaiting_approval" ->
                  ask(at, session + "/approvals/" + id, "{\"decision\": \"approve\"}", id);
              case "unknown" ->
                  ask(at, session + "/outcomes/" + id, "{\"outcome\": \"happened\"}", id);
              default -> {}
            }
          }
          return Optional.empty();
        });
  }

  private static void check(String path, String name) {
    var events = fleet.journal(Site.session(path)).stream().map(entry -> entry.event()).toList();
    assertThat(events.stream().filter(Event.Stopped.class::isInstance)).as(name).hasSize(1);
    assertThat(events.stream().filter(Event.Decided.class::isInstance)).as(name).hasSize(1);
    for (var write : List.of("/write", "/signed", "/last")) {
      boolean unknown = events.stream().anyMatch(Event.OutcomeDecided.class::isInstance);
      assertThat(fleet.tools().uses(name + write).size())
          .as(name + write)
          .isBetween(unknown ? 0 : 1, 1);
    }
    assertThat(fleet.tools().uses(name + "/look")).as(name).isNotEmpty();
    var results = new ArrayList<String>();
    for (var message : look("/v1/sessions/" + Site.session(path)).get("transcript")) {
      message.path("results").forEach(result -> results.add(result.get("call").asText()));
    }
    assertThat(results).as(name).hasSize(5).doesNotHaveDuplicates();
  }
}
