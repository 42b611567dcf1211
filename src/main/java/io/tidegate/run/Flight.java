package io.tidegate.run;

/**
 * An effect that is being performed. It tells its outcome to the driver as events; cancelled, it
 * tells nothing more.
 */
interface Flight {
  /** Gives the effect up; harmless when it is over. */
  void cancel();

  /** Whether anything was journaled for it. */
  boolean begun();
}
