package io.tidegate.session.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.loop.Memento;
import io.tidegate.loop.RunState;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/**
 * A log, and the state that this version of the fold makes of each tenth entry of it. If this test
 * fails then events mean something else than before: raise the fold's version, and write the states
 * anew under its number.
 */
class GoldenSnapshotTest {
  private final EntryCodec codec = new EntryCodec();

  @Test
  void theFoldMakesOfALogWhatItsVersionMadeOfIt() throws IOException {
    assertThat(states()).isEqualTo(new String(read("fold-" + Memento.FOLD + ".jsonl"), UTF_8));
  }

  private String states() throws IOException {
    var snapshots = new SnapshotCodec(codec);
    var states = new StringBuilder();
    var state = RunState.EMPTY;
    for (var entry : codec.documents().read(read("log.json")).entries()) {
      state = state.after(entry);
      if (entry.seq() % 10 == 0) {
        states.append(new String(snapshots.encode(state), UTF_8)).append('\n');
      }
    }
    return states.toString();
  }

  private static byte[] read(String name) throws IOException {
    try (var in = GoldenSnapshotTest.class.getResourceAsStream("/golden/snapshot/" + name)) {
      assertThat(in).as(name).isNotNull();
      return in.readAllBytes();
    }
  }
}
