package io.tidegate.conversation;

/** What happens to a {@code write} call of which nobody knows whether it took effect. */
public enum OnUnknown {
  /** A person looks and says. */
  ASK,
  /** The model is told that the outcome is unknown. */
  FAIL,
  /** It is sent again: the operator knows that this is harmless. */
  RETRY
}
