package io.tidegate.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.conversation.Json;
import io.tidegate.conversation.Price;
import io.tidegate.loop.Entry;
import io.tidegate.loop.Event;
import io.tidegate.loop.Limits;
import io.tidegate.loop.Pin;
import io.tidegate.loop.RunState;
import io.tidegate.loop.RunState.Phase;
import io.tidegate.loop.StopReason;
import io.tidegate.run.Journal.Batch;
import io.tidegate.run.Journal.Status;
import io.tidegate.testing.InMemoryJournal;
import io.tidegate.testing.ManualTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SnapshotsTest {
  private static final SessionId SESSION = new SessionId("default", "s1");

  private static final Pin PIN =
      new Pin(
          "agent",
          "Instructions.",
          new Pin.Route(
              "smart",
              List.of(new Pin.Target("p", "m", Price.FREE, Pin.Timeout.DEFAULT, 1, 1_000, null))),
          List.of(),
          List.of(),
          null,
          1,
          false,
          false,
          Limits.DEFAULT);

  private final InMemoryJournal journal = new InMemoryJournal(new ManualTime());
  private RunState state = RunState.EMPTY;

  @Test
  void shortLogsHaveNone() {
    var snapshots = new Snapshots(journal, SESSION, state);
    write(Snapshots.LEAST_ENTRIES - 1, snapshots);
    assertThat(kept()).isNull();
    write(1, snapshots);
    assertThat(kept()).isSameAs(state);
  }

  @Test
  void stateThatIsAheadOfTheJournalIsNotKept() {
    var snapshots = new Snapshots(journal, SESSION, state);
    var written = append(Snapshots.LEAST_ENTRIES);
    var ahead = state.after(next());
    snapshots.appended(written, ahead);
    assertThat(kept()).isNull();
    snapshots.appended(append(1), state);
    assertThat(kept()).isSameAs(state);
  }

  @Test
  void growingStateIsKeptLessAndLessOften() {
    var snapshots = new Snapshots(journal, SESSION, state);
    long log = 0;
    long all = 0;
    var before = kept();
    for (int i = 0; i < 10_000; i++) {
      var entry = turn();
      log += Snapshots.weight(entry.event());
      journal.append(SESSION, batch(List.of(entry)));
      state = state.after(entry);
      snapshots.appended(List.of(entry), state);
      if (kept() != before) {
        before = kept();
        all += Snapshots.weight(before);
      }
    }
    assertThat(all).isPositive().isLessThan(2 * log + 2 * Snapshots.weight(state));
  }

  @Test
  void whoeverFoldsMuchKeepsWhatItFolded() {
    append(2 * Snapshots.LEAST_ENTRIES);
    var loader = new Loader(journal);
    assertThat(loader.state(SESSION, 700).result().head()).isEqualTo(700);
    assertThat(kept().head()).isEqualTo(700);
    assertThat(loader.state(SESSION, 600).result().head()).isEqualTo(600);
    assertThat(kept().head()).isEqualTo(700);
    assertThat(loader.state(SESSION, Long.MAX_VALUE).result())
        .usingRecursiveComparison()
        .isEqualTo(state);
  }

  @Test
  void whatIsKeptIsNotFoldedAgain() {
    append(10);
    var marked = state;
    journal.keepSnapshot(SESSION, marked);
    var loaded = new Loader(journal).state(SESSION, 10).result();
    assertThat(loaded).isSameAs(marked);
  }

  private RunState kept() {
    return journal.snapshot(SESSION).result();
  }

  private void write(int count, Snapshots snapshots) {
    for (int i = 0; i < count; i++) {
      snapshots.appended(append(1), state);
    }
  }

  private List<Entry> append(int count) {
    var entries = new ArrayList<Entry>();
    for (int i = 0; i < count; i++) {
      var entry = next();
      state = state.after(entry);
      entries.add(entry);
    }
    assertThat(journal.append(SESSION, batch(entries)).failed()).isFalse();
    return entries;
  }

  private static Batch batch(List<Entry> entries) {
    return new Batch("r", 1, entries.getFirst().seq() - 1, 0, entries, Status.IDLE, Map.of());
  }

  private Entry next() {
    return entry(new Event.StateSet(Json.EMPTY_OBJECT, "ci"));
  }

  /** A run after the other, each with a question that stays in the state. */
  private Entry turn() {
    return entry(
        state.phase() == Phase.IDLE
            ? new Event.Asked(PIN, "x".repeat(300), Json.EMPTY_OBJECT, "ci")
            : new Event.Stopped(state.stopFor(StopReason.CANCELLED, "", true, null, "")));
  }

  private Entry entry(Event event) {
    return new Entry(state.head() + 1, 1_000, "", event);
  }
}
