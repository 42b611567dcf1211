package io.tidegate.loop;

import io.tidegate.conversation.Usd;
import org.jspecify.annotations.Nullable;

/**
 * How far a run may go.
 *
 * @param steps model calls, at least 1
 * @param toolCalls tool calls in all, those of voided replies included
 * @param parallel tool calls at one time, at least 1
 * @param cost what the run may cost, or null for no limit
 * @param tokens input and output tokens in all, or null for no limit
 * @param deadlineMs active time in milliseconds: waiting for people does not count
 * @param repeats after how many rounds of the same calls with the same results the model is told, 2
 *     to 50; one round more ends the run; 0 switches this off
 * @param toolFailures after how many calls in a row that were sent and failed the run ends; 0
 *     switches this off
 */
public record Limits(
    int steps,
    int toolCalls,
    int parallel,
    @Nullable Usd cost,
    @Nullable Long tokens,
    long deadlineMs,
    int repeats,
    int toolFailures) {
  public static final Limits DEFAULT = new Limits(50, 200, 8, null, null, 600_000, 3, 10);

  public Limits {
    check(steps >= 1, "limits.steps must be at least 1, was " + steps);
    check(toolCalls >= 0, "limits.tool-calls must not be negative, was " + toolCalls);
    check(parallel >= 1, "limits.parallel must be at least 1, was " + parallel);
    check(cost == null || cost.nanos() >= 0, "limits.cost-usd must not be negative, was " + cost);
    check(tokens == null || tokens >= 1, "limits.tokens must be at least 1, was " + tokens);
    check(deadlineMs >= 1, "limits.deadline must be positive, was " + deadlineMs + " ms");
    check(
        repeats == 0 || (repeats >= 2 && repeats <= 50),
        "limits.repeats must be 0 or from 2 to 50, was " + repeats);
    check(toolFailures >= 0, "limits.tool-failures must not be negative, was " + toolFailures);
  }

  /** These limits with what the change names put in place of what they say. */
  public Limits with(Change change) {
    return new Limits(
        change.steps == null ? steps : change.steps,
        change.toolCalls == null ? toolCalls : change.toolCalls,
        change.parallel == null ? parallel : change.parallel,
        change.cost == null ? cost : change.cost,
        change.tokens == null ? tokens : change.tokens,
        change.deadlineMs == null ? deadlineMs : change.deadlineMs,
        change.repeats == null ? repeats : change.repeats,
        change.toolFailures == null ? toolFailures : change.toolFailures);
  }

  /**
   * These limits for a run that has come so far by other ones. What it may do counts from here;
   * what it may spend in all does not grow by that.
   *
   * @param before the limits that held so far
   * @param far how far it has come
   */
  Limits from(Limits before, Stop far) {
    return new Limits(
        (int) Math.min(Integer.MAX_VALUE, (long) steps + far.steps()),
        (int) Math.min(Integer.MAX_VALUE, (long) toolCalls + far.toolCalls()),
        parallel,
        least(before.cost, cost == null ? null : cost.plus(far.cost())),
        least(before.tokens, tokens == null ? null : tokens + far.usage().total()),
        deadlineMs + far.durationMs(),
        repeats,
        toolFailures);
  }

  private static @Nullable Usd least(@Nullable Usd one, @Nullable Usd other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return one.nanos() < other.nanos() ? one : other;
  }

  private static @Nullable Long least(@Nullable Long one, @Nullable Long other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return Math.min(one, other);
  }

  private static void check(boolean holds, String sentence) {
    if (!holds) {
      throw new IllegalArgumentException(sentence);
    }
  }

  /** Limits that a caller names for one run; null leaves a limit as the agent has it. */
  public record Change(
      @Nullable Integer steps,
      @Nullable Integer toolCalls,
      @Nullable Integer parallel,
      @Nullable Usd cost,
      @Nullable Long tokens,
      @Nullable Long deadlineMs,
      @Nullable Integer repeats,
      @Nullable Integer toolFailures) {
    public static final Change NONE = new Change(null, null, null, null, null, null, null, null);
  }
}
