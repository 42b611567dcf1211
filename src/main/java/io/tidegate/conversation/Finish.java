package io.tidegate.conversation;

/** Why a model ended its reply. */
public enum Finish {
  /** It had said what it wanted to say. */
  END,
  /** It waits for the results of its calls. */
  CALLS,
  /** The limit of output tokens cut it off. */
  LENGTH,
  /** The model or the provider's filter declined to answer. */
  REFUSED,
  /** It wants to be sent its own words back, to go on (Anthropic's {@code pause_turn}). */
  PAUSED,
  /** The transcript no longer fits the model's context window. */
  CONTEXT_FULL;

  /** Whether the reply is not what the model meant to say in full. */
  public boolean cutOff() {
    return switch (this) {
      case LENGTH, REFUSED, CONTEXT_FULL -> true;
      case END, CALLS, PAUSED -> false;
    };
  }
}
