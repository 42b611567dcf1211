package io.tidegate.loop;

import io.tidegate.conversation.Json;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a run goes on with when its agent can't. */
public sealed interface Fallback {
  /** For what reasons a run falls back. */
  Set<StopReason> AFTER =
      Set.copyOf(
          EnumSet.of(
              StopReason.MAX_STEPS,
              StopReason.LOOP_DETECTED,
              StopReason.TOOL_FAILURE,
              StopReason.MODEL_UNAVAILABLE));

  /**
   * The run goes on by another pin: that of another agent, or a simpler one of the same. It may
   * have a fallback of its own.
   */
  record Another(Pin pin) implements Fallback {}

  /**
   * The run ends with a fixed answer.
   *
   * @param answer the run's output
   * @param text what stands in the transcript
   */
  record Answer(Json answer, String text) implements Fallback {}

  /**
   * That a run fell back.
   *
   * @param agent the agent that it went on as, or null if it got a fixed answer
   * @param model the name of that agent's route, or null
   * @param after why
   */
  record Used(@Nullable String agent, @Nullable String model, StopReason after) {}

  /** What using it is told as. */
  default Used used(StopReason after) {
    return switch (this) {
      case Another(var pin) -> new Used(pin.agent(), pin.route().name(), after);
      case Answer _ -> new Used(null, null, after);
    };
  }
}
