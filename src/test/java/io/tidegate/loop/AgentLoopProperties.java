package io.tidegate.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.conversation.Json;
import io.tidegate.conversation.Transcript;
import io.tidegate.conversation.Usd;
import io.tidegate.loop.RunState.Phase;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever models, tools, people, clocks and crashes do; {@link Watch} says what always holds. */
class AgentLoopProperties {

  @Property(tries = 2000)
  void promisesHoldWhateverHappens(@ForAll("pins") Pin pin, @ForAll("tapes") List<Integer> tape) {
    new Simulation(pin, new Tape(tape)).live();
  }

  @Property(tries = 300)
  void theJournalFoldsToTheSameAgain(@ForAll("pins") Pin pin, @ForAll("tapes") List<Integer> tape) {
    var world = new Simulation(pin, new Tape(tape));
    world.live();
    var folded = RunState.EMPTY;
    for (int i = 0; i < world.entries().size(); i++) {
      folded = folded.after(world.entries().get(i));
      assertThat(told(folded)).isEqualTo(told(world.states().get(i)));
    }
  }

  /** All that can be told of a state, and what should be happening in it. */
  private static List<Object> told(RunState state) {
    return List.of(
        state.phase(),
        state.run(),
        state.transcript(),
        state.calls(),
        state.turn().voided(),
        state.queue(),
        state.steps(),
        state.toolCalls(),
        state.usage(),
        state.cost(),
        state.activeMsSoFar(),
        AgentLoop.next(state));
  }

  @Property(tries = 300)
  void aForkOfAnyPrefixIsAtRestAndCanGoOn(
      @ForAll("pins") Pin pin, @ForAll("tapes") List<Integer> tape) {
    var world = new Simulation(pin, new Tape(tape));
    world.live();
    for (int at = 1; at <= world.entries().size(); at++) {
      forked(world.states().get(at - 1), at, pin);
    }
  }

  private static void forked(RunState before, int at, Pin pin) {
    var fork = before.after(new Entry(at + 1, before.at(), "", new Event.Forked("s1", at, "test")));
    assertThat(fork.phase()).isEqualTo(Phase.IDLE);
    assertThat(AgentLoop.next(fork)).isEmpty();
    var roomy = pin.withLimits(Limits.DEFAULT);
    var asked = new Event.Asked(roomy, "On.", Json.EMPTY_OBJECT, "test");
    var on = fork.after(new Entry(at + 2, before.at(), "fork", asked));
    assertThat(Transcript.flaw(on.transcript())).isEmpty();
    assertThat(AgentLoop.next(on)).anyMatch(Effect.AskModel.class::isInstance);
  }

  @Provide
  Arbitrary<List<Integer>> tapes() {
    return Arbitraries.integers().between(0, 1_000_000).list().ofMinSize(0).ofMaxSize(400);
  }

  @Provide
  Arbitrary<Pin> pins() {
    return Combinators.combine(limits(), Arbitraries.of(true, false), Arbitraries.of(0, 1, 2))
        .as(AgentLoopProperties::pin);
  }

  private static Pin pin(Limits limits, boolean suspend, int attempts) {
    var schema = attempts == 0 ? null : Json.EMPTY_OBJECT;
    return Pins.of(limits, new ArrayList<>(Tools.ALL), schema, Math.max(1, attempts), suspend);
  }

  private static Arbitrary<Limits> limits() {
    return Combinators.combine(
            Arbitraries.integers().between(1, 8),
            Arbitraries.of(0, 3, 10, 200),
            Arbitraries.integers().between(1, 4),
            Arbitraries.of(0L, 3_000L, 1_000_000L),
            Arbitraries.of(50L, 100_000L),
            Arbitraries.of(0, 2, 3),
            Arbitraries.of(0, 1, 3))
        .as(
            (steps, calls, parallel, cost, tokens, repeats, failures) ->
                new Limits(
                    steps, calls, parallel, new Usd(cost), tokens, 600_000, repeats, failures));
  }
}
