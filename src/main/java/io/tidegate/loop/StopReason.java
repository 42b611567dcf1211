package io.tidegate.loop;

import java.util.Locale;

/** Why a run ended or waits. */
public enum StopReason {
  COMPLETED,
  REFUSED,
  MAX_STEPS,
  MAX_TOKENS,
  BUDGET_EXHAUSTED,
  DEADLINE_EXCEEDED,
  LOOP_DETECTED,
  TOOL_FAILURE,
  MODEL_UNAVAILABLE,
  OUTPUT_INVALID,
  APPROVAL_PENDING,
  INPUT_REQUIRED,
  OUTCOME_UNKNOWN,
  CANCELLED,
  INTERRUPTED,
  FAILED;

  /** The reason as the API writes it, such as {@code max_steps}. */
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static StopReason ofWire(String wire) {
    return valueOf(wire.toUpperCase(Locale.ROOT));
  }
}
