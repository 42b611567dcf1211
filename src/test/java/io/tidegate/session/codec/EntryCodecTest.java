package io.tidegate.session.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.conversation.Json;
import io.tidegate.loop.Entry;
import io.tidegate.loop.Event;
import io.tidegate.loop.Limits;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EntryCodecTest {
  private final EntryCodec codec = new EntryCodec();

  @Test
  void newerVersionIsRefusedByName() {
    assertThatThrownBy(() -> read("{\"v\":2,\"t\":\"run.resumed\",\"at\":1,\"epoch\":1}"))
        .isInstanceOf(FormatException.class)
        .hasMessage(
            "entry 3 was written by a newer Tidegate (version 2; this one reads version 1):"
                + " upgrade this gateway");
  }

  @Test
  void unknownTypeOfEventIsRefusedByName() {
    assertThatThrownBy(() -> read("{\"v\":1,\"t\":\"run.teleported\",\"at\":1}"))
        .hasMessageContaining("newer Tidegate")
        .hasMessageContaining("run.teleported");
  }

  @Test
  void missingFieldIsNamed() {
    assertThatThrownBy(() -> read("{\"v\":1,\"t\":\"call.started\",\"at\":1,\"call\":\"c\"}"))
        .hasMessage("entry 3 (call.started) can't be read: it has no 'tool'");
  }

  @Test
  void fieldOfAnotherTypeIsNamed() {
    assertThatThrownBy(() -> read("{\"v\":1,\"t\":\"run.resumed\",\"at\":1,\"epoch\":\"one\"}"))
        .hasMessageContaining("'epoch' is not a whole number");
  }

  @Test
  void garbageIsRefused() {
    assertThatThrownBy(() -> read("{\"v\":1,\"t\""))
        .hasMessageStartingWith("entry 3 can't be read");
  }

  @Test
  void unknownFieldIsIgnoredAndNullIsAbsent() {
    var entry =
        read(
            "{\"v\":1,\"t\":\"call.ruled\",\"at\":1,\"run\":null,\"call\":\"c\",\"verdict\":\"allow\","
                + "\"reason\":\"\",\"expires_ms\":null,\"mood\":{\"a\":[1]}}");
    assertThat(entry.run()).isEmpty();
    assertThat(entry.event())
        .isEqualTo(new Event.Ruled("c", io.tidegate.loop.Pin.Verdict.ALLOW, "", null, List.of()));
  }

  @Test
  void missingBlobIsNamed() {
    var encoded = codec.encode(stateOf(5_000));
    assertThatThrownBy(() -> read(new String(encoded.json(), UTF_8)))
        .hasMessageContaining(encoded.blobs().getFirst().digest());
  }

  @Test
  void textOfTheLimitStaysInTheEntryAndOneMoreCharacterIsABlob() {
    assertThat(codec.encode(stateOf(EntryCodec.INLINE_MAX)).blobs()).isEmpty();
    assertThat(codec.encode(stateOf(EntryCodec.INLINE_MAX + 1)).blobs()).hasSize(1);
  }

  @Test
  void aWebhookReadsBackAndIsNothingWithoutOne() {
    var hook = new Event.Hook("https://x.test/a?b", List.of("run.stopped"));
    var asked = new Event.Asked(SampleEntries.pin(), "", Json.NULL, "ci", hook, null);
    var queued = new Event.Queued("a", "", Limits.Change.NONE, Json.NULL, false, "ci", hook, null);
    for (var event : List.of(asked, queued)) {
      var json = new String(codec.encode(entry(event)).json(), UTF_8);
      var decoding = codec.decoding();
      decoding.add(1, json, 1);
      assertThat(decoding.finish(Map.of()).getFirst().event()).isEqualTo(event);
    }
    var without = new Event.Asked(SampleEntries.pin(), "", Json.NULL, "ci");
    assertThat(new String(codec.encode(entry(without)).json(), UTF_8)).doesNotContain("hook");
  }

  @Test
  void knownPinIsNotWantedAgain() {
    var asked = codec.encode(entry(new Event.Asked(SampleEntries.pin(), "", Json.NULL, "")));
    var again = codec.decoding();
    again.add(1, new String(asked.json(), UTF_8), 1);
    assertThat(again.wanted()).isEmpty();
    assertThat(again.finish(Map.of())).hasSize(1);
  }

  @Test
  void blobOfManyEntriesIsCountedAndWantedOnce() {
    var json = new String(codec.encode(stateOf(100_000)).json(), UTF_8);
    var decoding = codec.decoding();
    assertThat(List.of(decoding.add(1, json, 150_000), decoding.add(2, json, 150_000)))
        .containsExactly(true, true);
    assertThat(decoding.wanted()).hasSize(1);
  }

  @Test
  void firstEntryIsTakenHoweverLarge() {
    var json = new String(codec.encode(stateOf(100_000)).json(), UTF_8);
    var decoding = codec.decoding();
    assertThat(decoding.add(1, json, 10)).isTrue();
    assertThat(decoding.add(2, "{}", 10)).isFalse();
  }

  private Entry read(String json) {
    var decoding = codec.decoding();
    decoding.add(3, json, Long.MAX_VALUE);
    return decoding.finish(Map.of()).getFirst();
  }

  private static Entry stateOf(int length) {
    return entry(new Event.StateSet(new Json("s".repeat(length)), "ann"));
  }

  private static Entry entry(Event event) {
    return new Entry(3, 1, "r", event);
  }
}
