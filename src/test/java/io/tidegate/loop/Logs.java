package io.tidegate.loop;

import io.tidegate.conversation.Json;
import io.tidegate.conversation.Usd;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Whole logs of simulated sessions, for tests of what keeps and carries them. */
public final class Logs {
  private Logs() {}

  /** Logs of any course: crashes, approvals, cancelled and queued runs. */
  public static Arbitrary<List<Entry>> any() {
    var tapes = Arbitraries.integers().between(0, 1_000_000).list().ofMinSize(20).ofMaxSize(300);
    return Combinators.combine(tapes, Arbitraries.of(true, false), Arbitraries.of(3, 200))
        .as((tape, suspend, calls) -> of(tape, pin(suspend, calls)));
  }

  private static Pin pin(boolean suspend, int calls) {
    var limits = new Limits(6, calls, 3, new Usd(1_000_000), 100_000L, 600_000, 2, 10);
    return Pins.of(limits, new ArrayList<>(Tools.ALL), Json.EMPTY_OBJECT, 2, suspend);
  }

  private static List<Entry> of(List<Integer> tape, Pin pin) {
    var world = new Simulation(pin, new Tape(tape));
    world.live();
    return List.copyOf(world.entries());
  }
}
