package io.tidegate.loop;

import java.util.Locale;

/**
 * Why a call gave no good result. What speaks of the way to a tool is kept apart from what the tool
 * said itself: only the first says that its server is ill.
 */
public enum FailureClass {
  /**
   * The server was not reached, the connection broke, or it answered that it is not fit to answer
   * (5xx); or its breaker is open, so that it was not asked.
   */
  TRANSPORT,
  /** The server answered, and what it said is an error. */
  TOOL_ERROR,
  /** The arguments do not follow the tool's contract: it was not sent. */
  INVALID_ARGUMENTS,
  /** The server did not answer in time. */
  TIMEOUT,
  /** A rule or a person said no, or nobody said yes in time. */
  DENIED,
  /** What the run may spend on calls is used up. */
  BUDGET,
  /** It was given up before it had a result. */
  CANCELLED,
  /**
   * It was not sent for another reason: a call before it failed, its tool is disabled or too busy.
   */
  SKIPPED;

  /** Whether it says that the tool's server can't serve. */
  public boolean transport() {
    return this == TRANSPORT || this == TIMEOUT;
  }

  /** The class as the API and meters write it, such as {@code tool_error}. */
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }
}
