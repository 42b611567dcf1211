package io.tidegate.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.conversation.Finish;
import io.tidegate.conversation.Json;
import io.tidegate.conversation.Part;
import io.tidegate.conversation.Reply;
import io.tidegate.conversation.Usd;
import io.tidegate.loop.Entry;
import io.tidegate.loop.Event;
import io.tidegate.loop.Outcome;
import io.tidegate.run.RunListener.Delta;
import io.tidegate.run.SessionId;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ProjectionTest {
  private static final SessionId SESSION = new SessionId("acme", "s1");
  private static final Path GOLDEN = Path.of("src/test/resources/golden/stream/events.jsonl");
  private static final Path ACTUAL = Path.of("target/golden/stream/events.jsonl");

  @Test
  void publicEventsAreThoseOfTheGoldenFile() throws IOException {
    var lines = Samples.all().map(event -> event.json().toString()).toList();
    Files.createDirectories(ACTUAL.getParent());
    Files.write(ACTUAL, lines);
    assertThat(lines)
        .as("public events are a contract; what is written now stands in %s", ACTUAL)
        .isEqualTo(Files.readAllLines(GOLDEN));
  }

  @Test
  void samplesHaveEveryKindOfEntry() {
    var shown = Samples.entries().map(Object::getClass).collect(Collectors.toSet());
    assertThat(shown).containsExactlyInAnyOrder(Event.class.getPermittedSubclasses());
  }

  @Test
  void entriesThatAreNotForClientsGiveNoEvent() {
    Set<Class<?>> silent =
        Samples.entries()
            .filter(event -> Projection.of(SESSION, new Entry(1, 0, "r1", event)) == null)
            .map(Object::getClass)
            .collect(Collectors.toSet());
    assertThat(silent)
        .containsExactlyInAnyOrder(
            Event.Sealed.class,
            Event.Ruled.class,
            Event.BudgetRefused.class,
            Event.DeadlinePassed.class);
  }

  @Test
  void durableEventsSayTheirPlaceAndDeltasSayWhatTheyComeAfter() {
    Samples.all()
        .forEach(
            event -> {
              var json = new JsonObject(event.json());
              assertThat(json.fieldNames()).contains("type", "session", "run");
              assertThat(json.fieldNames())
                  .contains(event.durable() ? new String[] {"seq", "at"} : new String[] {"after"});
            });
  }

  @Test
  void valuesOverTheLimitAreReferences() throws Exception {
    var result = Json.string("é".repeat(8192));
    var event = returned(result).getJsonObject("result");
    var hash = MessageDigest.getInstance("SHA-256").digest(result.text().getBytes(UTF_8));
    assertThat(event)
        .isEqualTo(
            new JsonObject()
                .put("ref", "sha256:" + HexFormat.of().formatHex(hash))
                .put("bytes", 16386));
  }

  @Test
  void valuesOfJustTheLimitAreShown() {
    var result = Json.string("é".repeat(8191));
    assertThat(returned(result).getString("result")).isEqualTo("é".repeat(8191));
  }

  @Test
  void largeTextOfOnePartIsReferenceToThatPart() {
    var part = new Part.Text("x".repeat(20_000));
    assertThat(replied(List.of(part)).getJsonObject("text").getInteger("bytes")).isEqualTo(20_000);
  }

  @Test
  void largeTextOfSeveralPartsIsShownBecauseNoBlobHoldsIt() {
    var part = new Part.Text("x".repeat(10_000));
    assertThat(replied(List.of(part, part)).getString("text")).hasSize(20_000);
  }

  @Test
  void valuesOfSeveralLinesBecomeOneLine() {
    var event = Projection.of(SESSION, entry(toolReturned(new Json("{\r\n \"a\": 1\n}"))));
    assertThat(event.json().toString()).contains("{   \"a\": 1 }").doesNotContain("\n", "\r");
  }

  @Test
  void halvesOfSurrogatePairsDoNotBreakTheStream() {
    var smile = "\ud83d\ude00";
    var first = delta(smile.substring(0, 1)).getString("text");
    var second = delta(smile.substring(1)).getString("text");
    assertThat(first + second).isEqualTo(smile);
    assertThat(returned(new Json("\"" + smile + smile.charAt(0) + "\"")).getString("result"))
        .isEqualTo(smile + "?");
  }

  private static JsonObject delta(String text) {
    var delta = new Delta(false, "r1", 1, 1, 3, 0, text);
    return new JsonObject(Projection.of(SESSION, delta).json());
  }

  private static JsonObject returned(Json result) {
    return new JsonObject(Projection.of(SESSION, entry(toolReturned(result))).json());
  }

  private static Event toolReturned(Json result) {
    return new Event.CallReturned("r1-c1", "t", 1, Outcome.SUCCEEDED, result, 1, 20, false);
  }

  private static JsonObject replied(List<Part> parts) {
    var reply = new Reply(parts, Finish.END, null, "m");
    var event = new Event.Replied(1, 1, reply, Usd.ZERO);
    return new JsonObject(Projection.of(SESSION, entry(event)).json());
  }

  private static Entry entry(Event event) {
    return new Entry(1, 0, "r1", event);
  }
}
