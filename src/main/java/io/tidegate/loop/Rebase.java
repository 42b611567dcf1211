package io.tidegate.loop;

import io.tidegate.loop.Event.CallReturned;
import io.tidegate.loop.RunState.Phase;
import io.tidegate.loop.Turn.Stage;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of events that a writer was about to append when it found that others had appended
 * facts before. What the world did stays true; what was only concluded is concluded again, from the
 * state with the new facts in it.
 */
public final class Rebase {
  private Rebase() {}

  /** The event as it holds after that state, or nothing if it does not. */
  public static Optional<Event> onto(RunState state, String run, Event event) {
    boolean current = state.run().equals(run);
    return switch (event) {
      case CallReturned returned -> Optional.ofNullable(result(state, current, returned));
      case Event.Sealed(int turn, int attempt, var _) ->
          kept(event, current && asking(state, turn, attempt));
      case Event.Replied(int turn, int attempt, var _, var _, var _, var _) ->
          kept(event, current && asking(state, turn, attempt));
      case Event.ModelFailed(int turn, int attempt, var _, var _, var _) ->
          kept(event, current && asking(state, turn, attempt));
      case Event.BudgetRefused _ -> kept(event, current && state.phase() == Phase.RUNNING);
      case Event.BudgetWarned _ -> Optional.of(event);
      case Event.DeadlinePassed _ -> kept(event, current && state.phase() == Phase.RUNNING);
      case Event.Resumed _ -> kept(event, current && state.phase() == Phase.RUNNING);
      case Event.StateSet(var _, var by) ->
          kept(event, current && state.phase() == Phase.RUNNING && by.startsWith(Event.BY_TOOL));
      default -> Optional.empty();
    };
  }

  private static Optional<Event> kept(Event event, boolean holds) {
    return holds ? Optional.of(event) : Optional.empty();
  }

  private static boolean asking(RunState state, int turn, int attempt) {
    var now = state.turn();
    return state.phase() == Phase.RUNNING
        && now.stage() == Stage.ASKING
        && now.number() == turn
        && now.attempt() == attempt;
  }

  /** A result that nobody waits for any more is still worth knowing. */
  private static @Nullable Event result(RunState state, boolean current, CallReturned returned) {
    if (returned.late() || (current && waitsFor(state, returned))) {
      return returned;
    }
    return returned.tries() > 0 ? returned.afterTheFact() : null;
  }

  /** Whether that attempt of the call is out, as far as the journal knows. */
  public static boolean waitsFor(RunState state, CallReturned returned) {
    return state.phase() != Phase.IDLE
        && state
            .anyCall(returned.call())
            .filter(call -> !call.answered() && call.maybeSent())
            .filter(call -> call.attempt() == returned.attempt() && call.settled() == null)
            .isPresent();
  }
}
