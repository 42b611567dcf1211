package io.tidegate.run;

import io.tidegate.conversation.Json;
import io.tidegate.loop.Event;
import io.tidegate.loop.RunState;
import io.tidegate.loop.RunState.Phase;
import io.tidegate.run.Agents.Agent;
import io.tidegate.run.Rejection.Kind;
import io.tidegate.run.Sessions.Corrected;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/**
 * What people put into the state object: held against the agent's schema before it is journaled.
 */
final class Corrections {
  private final Shell shell;

  Corrections(Shell shell) {
    this.shell = shell;
  }

  /** A whole state object from outside, as it is to be. */
  Json valid(Json state, @Nullable Json schema) {
    return accepted(shell.states().check(state, schema));
  }

  /** The state with a merge patch in it; expected is the head that was looked at, or 0 for any. */
  Future<Corrected> patch(SessionWriter writer, Json patch, long expected, String by) {
    var state = writer.state();
    if (state.phase() == Phase.RUNNING
        || (state.phase() == Phase.IDLE && !state.queue().isEmpty())) {
      throw new Rejection(
          Kind.BUSY,
          "Session '%s' has a run under way: its state can be corrected when the run is suspended."
              .formatted(writer.id().id()));
    }
    if (expected != 0 && expected != state.head()) {
      throw new Rejection(
          Kind.STALE,
          "The session's last entry is %d, not %d: look at it again."
              .formatted(state.head(), expected));
    }
    var changed = accepted(shell.states().merge(state.data(), patch, schema(state)));
    var run = state.phase() == Phase.SUSPENDED ? state.run() : "";
    var written = writer.record(run, new Event.StateSet(changed, by));
    long head = writer.state().head();
    return written.map(_ -> new Corrected(changed, head));
  }

  /** A run keeps the schema that it began with; the next one has what is current. */
  private @Nullable Json schema(RunState state) {
    return state.phase() == Phase.SUSPENDED
        ? state.requirePin().state()
        : shell.agents().find(state.agent()).map(Agent::pin).map(pin -> pin.state()).orElse(null);
  }

  private static Json accepted(States.Changed changed) {
    if (!changed.problems().isEmpty()) {
      throw new Rejection(
          Kind.INVALID, "The state is not valid: " + String.join("; ", changed.problems()));
    }
    return changed.state();
  }
}
