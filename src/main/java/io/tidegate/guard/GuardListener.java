package io.tidegate.guard;

import io.tidegate.conversation.ModelFailure;
import io.tidegate.conversation.Usd;

/**
 * Hears what guards do, on any thread; it must not block. Names are those of the configuration:
 * {@code provider/model} for a model's target.
 */
public interface GuardListener {
  GuardListener NONE = new GuardListener() {};

  /** A breaker is there now, and closed. */
  default void breaker(String name) {}

  /** A breaker changed its state. */
  default void breaker(String name, Breaker.State before, Breaker.State now) {}

  /** A target is asked once more after a failure. */
  default void retried(String name, ModelFailure.Kind why) {}

  /** A target would have been asked once more, but its retry budget is used up. */
  default void retryRefused(String name) {}

  /** Another target is asked after one failed. */
  default void fellBack(String from, String to) {}

  /** A target was not asked, for another could be. */
  default void passedOver(String name, Reason why) {}

  /** A second target was asked because the first was silent. */
  default void hedged(String first, String second) {}

  /** The second target was faster. */
  default void hedgeWon(String second) {}

  /** A question came to wait in a line, or left it. */
  default void waiting(String name, Line line, int change) {}

  /** A question had to wait in a line for so long. */
  default void waited(String name, Line line, long nanos) {}

  /** A key of the target's provider is not used for a while. */
  default void cooled(String name, ModelFailure.Kind why) {}

  /** A call of a tool of that server is sent once more after a failure. */
  default void toolRetried(String server) {}

  /** A call would have been sent once more, but its server's retry budget is used up. */
  default void toolRetryRefused(String server) {}

  /** A question was answered by what an equal one had given. */
  default void cacheHit(String cache) {}

  /** A question could have been, but there was nothing. */
  default void cacheMissed(String cache) {}

  /** The answer of an equal question saved so much, in USD. */
  default void cacheSaved(String cache, Usd amount) {}

  /** Why a target was passed over. */
  enum Reason {
    BREAKER,
    COOLING,
    SLOW_START
  }

  /** What questions wait for. */
  enum Line {
    BULKHEAD,
    CLUSTER,
    RATE_LIMIT
  }
}
