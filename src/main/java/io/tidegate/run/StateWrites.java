package io.tidegate.run;

import io.tidegate.conversation.Json;
import io.tidegate.loop.Call;
import io.tidegate.loop.Event;
import io.tidegate.loop.Event.CallAdopted;
import io.tidegate.loop.Event.CallReturned;
import io.tidegate.loop.FailureClass;
import io.tidegate.loop.Outcome;
import io.tidegate.loop.RunState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Puts the results of tools into the state object, where their configuration says so. */
final class StateWrites {
  private final States states;

  StateWrites(States states) {
    this.states = states;
  }

  /**
   * The event that is about to be recorded, and the state that its result makes. A result that does
   * not fit is told to the model as a failure, with what the tool gave in it.
   */
  List<Event> with(RunState before, Event event) {
    return switch (event) {
      case CallReturned returned when returned.outcome() == Outcome.SUCCEEDED && !returned.late() ->
          with(
              before,
              returned.call(),
              event,
              returned.result(),
              returned.attempt(),
              returned.tries(),
              returned.ms());
      case CallAdopted(var id, var _, var _, var result) ->
          with(before, id, event, result, 0, 0, 0);
      case Event.InputAnswered(var id, var _, var answer, var _) ->
          with(before, id, event, answer, 0, 0, 0);
      default -> List.of(event);
    };
  }

  private List<Event> with(
      RunState before, String id, Event event, Json result, int attempt, int tries, long ms) {
    var call = before.call(id).orElse(null);
    var into = into(call);
    if (call == null || into == null) {
      return List.of(event);
    }
    var changed = states.write(before.data(), into, result, before.requirePin().state());
    return changed.problems().isEmpty()
        ? List.of(event, new Event.StateSet(changed.state(), Event.BY_TOOL + call.tool()))
        : List.of(
            new CallReturned(
                id,
                call.tool(),
                attempt,
                Outcome.FAILED,
                refused(call, into, result, changed.problems()),
                tries,
                ms,
                false,
                FailureClass.TOOL_ERROR,
                false));
  }

  private static @Nullable String into(@Nullable Call call) {
    var contract = call == null ? null : call.contract();
    return contract == null || contract.into().isEmpty() ? null : contract.into();
  }

  private static Json refused(Call call, String into, Json result, List<String> problems) {
    var sentence =
        "%s, but its result can't be written into the state at '%s': %s."
            .formatted(
                call.changesSomething()
                    ? "The call took effect, so don't repeat it"
                    : "The call succeeded",
                into,
                String.join("; ", problems));
    return new Json(
        "{\"error\":" + Json.string(sentence).text() + ",\"result\":" + result.text() + "}");
  }
}
