package io.tidegate.loop;

import java.util.Locale;

/** How a call came out. */
public enum Outcome {
  SUCCEEDED,
  /** The tool answered that it failed, or the call could not be made. */
  FAILED,
  TIMED_OUT,
  /** It may have taken effect; nobody knows. */
  UNKNOWN,
  /** A rule or a person said no. */
  DENIED,
  /** Nobody said yes in time. */
  EXPIRED,
  CANCELLED;

  /** The outcome as the API writes it. */
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }
}
