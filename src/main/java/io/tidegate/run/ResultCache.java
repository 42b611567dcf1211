package io.tidegate.run;

import io.tidegate.conversation.Json;
import io.vertx.core.Future;

/**
 * Results that all replicas keep for equal questions, and who is getting one just now. Every answer
 * may fail with {@link Journal.Unavailable}; one then does without.
 */
public interface ResultCache {

  /**
   * Looks for a result. If there is none and nobody gets it, this caller is to.
   *
   * @param owner whose results they are
   * @param key what the question is
   * @param flightMs after how many milliseconds nobody counts on a caller any more
   */
  Future<Look> look(String owner, String key, long flightMs);

  /**
   * Keeps a result, and ends its flight. One that is too large is not kept; when there are too many
   * of an owner, those go first that would not have lasted longest.
   *
   * @param ttlMs how long it is good, in milliseconds
   */
  Future<Void> keep(String owner, String key, String flight, Json result, long ttlMs);

  /** Ends a flight that gave no result worth keeping. */
  Future<Void> giveUp(String owner, String key, String flight);

  /** What a look found. */
  sealed interface Look {
    record Found(Json result) implements Look {}

    /** Get it, and name the flight when it is over. */
    record Lead(String flight) implements Look {}

    /** Somebody gets it. */
    record Busy() implements Look {}
  }
}
