package io.tidegate.guard;

/**
 * When a breaker opens, and how it closes again.
 *
 * @param failureRate the share of failed calls that opens it, above 0 and at most 1
 * @param slowRate the share of slow calls that opens it, above 0 and at most 1
 * @param slowMs how long a slow call takes at least, in milliseconds
 * @param window over how many calls the shares are taken
 * @param minimumCalls how many of them there must be before it may open
 * @param openMs how long nobody is let through, in milliseconds
 * @param probes how many calls try, over all replicas, whether it may close; all must go well
 * @param slowStartMs over how many milliseconds the share of calls grows after it closed, 0 for all
 *     at once
 */
public record BreakerSettings(
    double failureRate,
    double slowRate,
    long slowMs,
    int window,
    int minimumCalls,
    long openMs,
    int probes,
    long slowStartMs) {
  public static final BreakerSettings DEFAULT =
      new BreakerSettings(0.5, 1, 300_000, 20, 10, 30_000, 3, 30_000);

  public BreakerSettings {
    check(failureRate > 0 && failureRate <= 1, "the failure rate must be above 0 and at most 1");
    check(slowRate > 0 && slowRate <= 1, "the rate of slow calls must be above 0 and at most 1");
    check(slowMs > 0 && openMs > 0 && slowStartMs >= 0, "durations must be positive");
    check(window > 0 && minimumCalls > 0 && probes > 0, "numbers of calls must be positive");
  }

  private static void check(boolean holds, String sentence) {
    if (!holds) {
      throw new IllegalArgumentException("a breaker's settings: " + sentence);
    }
  }

  public BreakerSettings withSlowMs(long ms) {
    return new BreakerSettings(
        failureRate, slowRate, ms, window, minimumCalls, openMs, probes, slowStartMs);
  }
}
