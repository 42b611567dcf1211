package io.tidegate.run;

/** Hears how deliveries to webhooks go; it must not block. */
@FunctionalInterface
public interface HookListener {

  /**
   * A delivery was tried, and took that long.
   *
   * @param nanos from the request to the answer or the failure
   */
  void tried(Outcome outcome, long nanos);

  /** What came of a try. */
  enum Outcome {
    /** The receiver has it. */
    DELIVERED,
    /** It is tried again. */
    FAILED,
    /** It is not tried again: it is too old. */
    GIVEN_UP,
    /** The receiver wants nothing more of the session, or must not be told any more. */
    CLOSED
  }
}
