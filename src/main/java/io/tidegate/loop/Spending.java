package io.tidegate.loop;

import io.tidegate.loop.Event.BudgetRefused;
import io.tidegate.loop.Event.Estimate;
import io.tidegate.loop.Event.Read;
import org.jspecify.annotations.Nullable;

/**
 * What is known of what a run may spend.
 *
 * @param asked what was reserved for the attempt under way, or null
 * @param refused which budget had no room for a call, or null if none refused
 * @param counted what a provider counted for an earlier question of the run, or null
 */
public record Spending(
    @Nullable Estimate asked, @Nullable BudgetRefused refused, @Nullable Counted counted) {
  static final Spending NONE = new Spending(null, null, null);

  /**
   * A count of input tokens.
   *
   * @param target who counted, as an index into the route
   * @param messages how many messages the transcript had
   * @param input the input tokens of all that came before the reply
   */
  public record Counted(int target, int messages, long input) {}

  Spending asked(@Nullable Estimate estimate) {
    return new Spending(estimate, null, counted);
  }

  /**
   * A reply that cost no tokens was counted by nobody. A transcript only grows. A count that is
   * less than the one before leaves something out, such as what was cached, and is not relied on.
   */
  Spending replied(@Nullable Read read, int messages) {
    return new Spending(
        null, refused, read == null || read.input() == 0 ? counted : better(read, messages));
  }

  private Counted better(Read read, int messages) {
    var before = counted;
    return before != null && before.target() == read.target() && read.input() < before.input()
        ? before
        : new Counted(read.target(), messages, read.input());
  }

  Spending refused(BudgetRefused why) {
    return new Spending(asked, why, counted);
  }

  Spending reopened() {
    return new Spending(asked, null, counted);
  }
}
