package io.tidegate.loop;

import io.tidegate.conversation.Json;
import io.tidegate.conversation.Usage;
import io.tidegate.conversation.Usd;
import org.jspecify.annotations.Nullable;

/**
 * Where a run came to rest.
 *
 * @param reason why
 * @param detail a sentence that says more
 * @param terminal whether this is the run's end; otherwise it waits and can go on ({@code final} in
 *     the API)
 * @param output the final answer, or null if there is none
 * @param steps model replies that were kept
 * @param toolCalls tool calls made
 * @param usage tokens used
 * @param cost what they cost
 * @param durationMs active time in milliseconds
 * @param next what would make it go on, or empty
 * @param fallback that the agent's fallback was used, or null if it was not
 */
public record Stop(
    StopReason reason,
    String detail,
    boolean terminal,
    @Nullable Json output,
    int steps,
    int toolCalls,
    Usage usage,
    Usd cost,
    long durationMs,
    String next,
    Fallback.@Nullable Used fallback) {
  /** A stop of a run that did not fall back. */
  public Stop(
      StopReason reason,
      String detail,
      boolean terminal,
      @Nullable Json output,
      int steps,
      int toolCalls,
      Usage usage,
      Usd cost,
      long durationMs,
      String next) {
    this(reason, detail, terminal, output, steps, toolCalls, usage, cost, durationMs, next, null);
  }
}
