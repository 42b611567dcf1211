package io.tidegate.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidegate.loop.Entry;
import io.tidegate.loop.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The gateway is killed in the middle of work, and started again on what it left. */
class KillFaultIT {
  private static final Pattern CALL = Pattern.compile("r_[0-9a-z]+-c\\d+");
  private final Site site = Site.open();

  @AfterEach
  void close() {
    site.close();
  }

  static void sleep(long ms) {
    try {
      TimeUnit.MILLISECONDS.sleep(ms);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void noRunIsLostAndNoWriteIsSentTwice() throws Exception {
    killDuringWork(site, Seed.random(), 72, 64);
  }

  /**
   * Kills the gateway a moment after so many runs were accepted; all are accounted for after it.
   */
  static void killDuringWork(Site site, Random random, int runs, int accepted)
      throws InterruptedException {
    var crowd = new Crowd(site, random, runs);
    var gateway = site.gateway();
    long delay = random.nextInt(1_000);
    var killer =
        Thread.ofPlatform()
            .start(
                () -> {
                  Site.until("they are accepted", () -> crowd.accepted() >= accepted);
                  sleep(delay);
                  gateway.kill();
                });
    crowd.ask();
    killer.join();
    long killedAt = System.nanoTime();
    site.start();
    long servesAt = System.nanoTime();
    crowd.ask();
    int unknown = crowd.settle();
    System.out.printf(
        "killed with %d runs under way: serves after %d ms, all at rest after %d ms, %d writes"
            + " unknown%n",
        crowd.takenUp(),
        Duration.ofNanos(servesAt - killedAt).toMillis(),
        Duration.ofNanos(System.nanoTime() - killedAt).toMillis(),
        unknown);
    crowd.check();
  }

  @Test
  void runThatIsKilledAgainAndAgainEndsAsIfItHadNotBeen() {
    killOneRun(site, Seed.random(), 5);
  }

  /** Kills the gateway so many times during one long run. */
  static void killOneRun(Site site, Random random, int kills) {
    var undisturbed = site.begin("worker", longRun("calm"));
    assertThat(site.rest(undisturbed).get("reason").asText()).isEqualTo("completed");
    var path = site.begin("worker", longRun("hard"));
    for (int i = 0; i < kills; i++) {
      sleep(random.nextInt(700));
      site.killAndStart();
      long serves = System.currentTimeMillis();
      long before = i;
      Site.until(
          "it goes on", () -> resumptions(site, path).size() > before || stopped(site, path));
      resumptions(site, path).stream()
          .skip(before)
          .findFirst()
          .ifPresent(
              at -> System.out.printf("resumed %d ms after the announcement%n", at - serves));
    }
    var stop = site.rest(path);
    assertThat(stop.get("reason").asText()).as("%s", stop).isEqualTo("completed");
    assertThat(stop.get("output").asText()).isEqualTo("The end.");
    assertThat(transcript(site, path).replace("hard", "calm").equals(transcript(site, undisturbed)))
        .as("both runs said and were told the same")
        .isTrue();
    assertReadsKeptTheirKeys(site);
  }

  private static List<Long> resumptions(Site site, String path) {
    return site.journal(Site.session(path)).stream()
        .filter(entry -> entry.event() instanceof Event.Resumed)
        .map(Entry::at)
        .toList();
  }

  private static boolean stopped(Site site, String path) {
    return !site.client().get(path).body().get("stop").isNull();
  }

  private static String longRun(String name) {
    var calls = new Calls();
    for (int turn = 0; turn < 20; turn++) {
      calls.turn("Step " + turn + " of many, with a few words to say.");
      calls.call("look", name + "/" + turn + "/0", 120).call("look", name + "/" + turn + "/1", 40);
    }
    return calls.turn("The end.").script();
  }

  /** The transcript without what is each run's own. */
  private static String transcript(Site site, String path) {
    JsonNode session = site.client().get("/v1/sessions/" + Site.session(path)).body();
    return CALL.matcher(session.get("transcript").toString()).replaceAll("CALL");
  }

  private static void assertReadsKeptTheirKeys(Site site) {
    var repeated = new ArrayList<String>();
    site.tools().uses().stream()
        .map(ToolServer.Use::id)
        .distinct()
        .forEach(
            id -> {
              if (site.tools().uses(id).size() > 1) {
                repeated.add(id);
              }
            });
    System.out.println("reads that ran again: " + repeated);
    site.tools().assertOneKeyForACall();
  }

  @Test
  void clientThatComesBackMissesNothingAndSeesNothingTwice() throws InterruptedException {
    var words = "word ".repeat(400);
    var script = new Calls().turn("").call("look", "first", 1).turn(words).script();
    var path = site.begin("worker", script);
    var session = Site.session(path);
    var before = Follower.of(site.gateway(), session, "");
    before.await("the long reply", event -> event.type().equals("text.delta"));
    site.gateway().kill();
    before.awaitEnd();
    site.start();
    var after = Follower.of(site.gateway(), session, before.lastEventId());
    after.await("the end", event -> event.type().equals("run.stopped"));
    after.close();

    var seen = Stream.concat(before.durable().stream(), after.durable().stream()).toList();
    var all = new ArrayList<JsonNode>();
    site.client()
        .get("/v1/sessions/" + session + "/history?limit=1000")
        .body()
        .get("items")
        .forEach(all::add);
    assertThat(seen.stream().map(Client.Event::data).map(JsonNode::toString))
        .containsExactlyElementsOf(all.stream().map(JsonNode::toString).toList());
    assertThat(after.events().stream().map(Client.Event::type))
        .containsSubsequence("turn.reset", "run.resumed", "model.started", "text.delta");
    assertThat(textAfterTheLastReset(after.events()).strip()).isEqualTo(words.strip());
  }

  private static String textAfterTheLastReset(List<Client.Event> events) {
    var text = new StringBuilder();
    for (var event : events) {
      switch (event.type()) {
        case "turn.reset" -> text.setLength(0);
        case "text.delta" -> text.append(event.data().get("text").asText());
        case "message.snapshot" -> {
          text.setLength(0);
          text.append(event.data().get("text").asText());
        }
        default -> {}
      }
    }
    return text.toString();
  }
}
