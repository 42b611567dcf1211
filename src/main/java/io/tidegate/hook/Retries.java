package io.tidegate.hook;

import io.tidegate.run.Ids;

/**
 * How long a delivery is tried: after pauses that double from a second to ten minutes, each with
 * jitter, and for a day after the event happened.
 */
record Retries(Ids ids) {
  private static final long FIRST_MS = 1_000;
  private static final long LONGEST_MS = 600_000;
  private static final int MOST_DOUBLINGS = 10;

  /** How long after it happened an event is news, in milliseconds. */
  static final long NEWS_MS = 24L * 3_600_000;

  /** So often even old news is tried, as the gateway may have been down all day. */
  private static final int LEAST_TRIES = 5;

  /** Milliseconds to wait after so many failed tries: between half the pause and all of it. */
  long pauseMs(int tries) {
    long pause = Math.min(LONGEST_MS, FIRST_MS << Math.min(tries - 1, MOST_DOUBLINGS));
    return (long) (pause * (0.5 + ids.fraction() / 2));
  }

  /** Whether there is to be no other try of what is that old. */
  static boolean over(int tries, long ageMs) {
    return tries >= LEAST_TRIES && ageMs >= NEWS_MS;
  }
}
