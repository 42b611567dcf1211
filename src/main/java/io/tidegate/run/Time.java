package io.tidegate.run;

/** Time as the shell sees it, so that tests can turn the hands. */
public interface Time {
  /** Milliseconds since 1970. */
  long now();

  /** Nanoseconds of a clock that never goes back; only differences mean anything. */
  long nanos();

  /**
   * Runs the task once on the caller's context after that many milliseconds, unless it is
   * cancelled.
   */
  Timer after(long ms, Runnable task);

  /** A task that waits for its time. */
  interface Timer {
    void cancel();
  }
}
