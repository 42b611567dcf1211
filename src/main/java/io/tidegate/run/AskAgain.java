package io.tidegate.run;

import io.tidegate.conversation.ModelFailure;
import io.tidegate.loop.Event.Again;
import io.tidegate.loop.Pin.Route;
import org.jspecify.annotations.Nullable;

/**
 * Whom to ask after a model call failed: the same target after a pause while that can help, then
 * the route's next target at once, and nobody after the last.
 */
final class AskAgain {
  private static final long FIRST_PAUSE_MS = 250;
  private static final long LONGEST_PAUSE_MS = 20_000;

  /** A provider that asks for a longer pause than this is as good as down. */
  private static final long LONGEST_RETRY_AFTER_MS = 60_000;

  private AskAgain() {}

  /**
   * Says what comes next.
   *
   * @param target the target that failed, as an index into the route
   * @param tries how often it was asked for this reply
   * @param fraction a random number from 0 to below 1, so that runs which failed together do not
   *     come back together
   */
  static @Nullable Again after(
      ModelFailure failure, Route route, int target, int tries, double fraction) {
    var asked = failure.retryAfterMs();
    boolean worthIt = asked == null || asked <= LONGEST_RETRY_AFTER_MS;
    if (failure.kind().retryable() && worthIt && tries < route.targets().get(target).attempts()) {
      return new Again(target, pauseMs(asked, tries, fraction));
    }
    return target + 1 < route.targets().size() ? new Again(target + 1, 0) : null;
  }

  /** Exponential with full jitter; what the provider asked for is the least. */
  private static long pauseMs(@Nullable Long asked, int tries, double fraction) {
    long ceiling = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS << Math.min(tries - 1, 10));
    long jitter = (long) (fraction * ceiling);
    return asked == null ? jitter : asked + jitter;
  }
}
