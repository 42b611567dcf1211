package io.tidegate.session.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.conversation.Json;
import io.tidegate.loop.Entry;
import io.tidegate.loop.Event;
import io.tidegate.loop.Logs;
import io.tidegate.loop.RunState;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** A state that was kept is the state that the log folds to, wherever it was kept. */
class SnapshotCodecProperties {
  private final SnapshotCodec codec = new SnapshotCodec(new EntryCodec());

  @Property(tries = 60)
  void everyPrefixIsReadBackAsItWas(@ForAll("logs") List<Entry> log) {
    var state = RunState.EMPTY;
    for (var entry : log) {
      state = state.after(entry);
      assertThat(kept(state)).usingRecursiveComparison().isEqualTo(state);
    }
  }

  @Property(tries = 60)
  void theRestOfTheLogFoldsOnFromAnyPrefix(@ForAll("logs") List<Entry> log) {
    var all = fold(RunState.EMPTY, log);
    for (int at = 1; at < log.size(); at += 1 + log.size() / 10) {
      var prefix = kept(fold(RunState.EMPTY, log.subList(0, at)));
      assertThat(fold(prefix, log.subList(at, log.size())))
          .usingRecursiveComparison()
          .isEqualTo(all);
    }
  }

  @Property(tries = 200)
  void anyTextIsReadBackAsItWas(@ForAll("texts") String text) {
    var state =
        fold(
            RunState.EMPTY,
            List.of(
                entry(1, new Event.Opened("a", new Json(text), Json.EMPTY_OBJECT, "ci")),
                entry(2, new Event.StateSet(new Json(text), text))));
    assertThat(kept(state).data().text()).isEqualTo(text);
  }

  @Example
  void stateOfAnotherFoldOrFormatIsNone() {
    var json = new String(codec.encode(RunState.EMPTY), UTF_8);
    assertThat(codec.decode(json.getBytes(UTF_8))).isNotNull();
    assertThat(codec.decode(json.replaceFirst("\"fold\":\\d+", "\"fold\":0").getBytes(UTF_8)))
        .isNull();
    assertThat(codec.decode(json.replaceFirst("\"v\":\\d+", "\"v\":99").getBytes(UTF_8))).isNull();
  }

  private RunState kept(RunState state) {
    return codec.decode(codec.encode(state));
  }

  private static RunState fold(RunState from, List<Entry> entries) {
    var state = from;
    for (var entry : entries) {
      state = state.after(entry);
    }
    return state;
  }

  private static Entry entry(long seq, Event event) {
    return new Entry(seq, 1_000 + seq, "", event);
  }

  @Provide
  Arbitrary<List<Entry>> logs() {
    return Logs.any();
  }

  @Provide
  Arbitrary<String> texts() {
    return EventArbitraries.texts();
  }
}
