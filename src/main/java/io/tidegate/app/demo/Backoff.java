package io.tidegate.app.demo;

import java.time.Duration;

/** Waits between tries, twice as long each time up to a second, for two minutes in all. */
final class Backoff {
  private static final long FIRST_MS = 50;
  private static final long MAX_MS = 1_000;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final long end = System.nanoTime() + PATIENCE.toNanos();
  private long ms = FIRST_MS;

  /** Waits for the next try; false if the patience is at its end. */
  boolean again() throws InterruptedException {
    if (System.nanoTime() > end) {
      return false;
    }
    Thread.sleep(ms);
    ms = Math.min(MAX_MS, 2 * ms);
    return true;
  }
}
