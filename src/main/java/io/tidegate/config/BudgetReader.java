package io.tidegate.config;

import io.tidegate.conversation.Usd;
import io.tidegate.run.BudgetSettings;
import io.tidegate.run.BudgetSettings.Cap;
import io.tidegate.run.BudgetSettings.Caps;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what tenants, agents and sessions may use. */
final class BudgetReader {
  private static final long LONGEST_KEPT = 3_660L * 86_400_000;
  private static final Usd LARGEST = new Usd(BudgetSettings.LARGEST);

  private BudgetReader() {}

  static Caps tenant(Section budget) {
    return new Caps(Cap.NONE, cap(budget, "day"), cap(budget, "month"));
  }

  static Caps agent(Section budget) {
    return new Caps(cap(budget, "session"), cap(budget, "day"), cap(budget, "month"));
  }

  private static Cap cap(Section budget, String period) {
    return new Cap(
        budget
            .usd(period + "-usd")
            .check(usd -> usd.nanos() <= LARGEST.nanos(), "must be at most " + LARGEST)
            .orNull(),
        budget.whole(period + "-tokens", 0, BudgetSettings.LARGEST).orNull());
  }

  /**
   * What holds for all budgets.
   *
   * @param warnAt thresholds in percent
   */
  record General(List<Integer> warnAt, long usageKeptMs) {
    static final General STANDARD =
        new General(BudgetSettings.NONE.warnAt(), BudgetSettings.NONE.usageKeptMs());
  }

  static General general(@Nullable Section budgets) {
    return budgets == null
        ? General.STANDARD
        : new General(
            warnAt(budgets),
            budgets
                .duration("usage-kept")
                .check(ms -> ms >= 86_400_000 && ms <= LONGEST_KEPT, "must be from 1d to 3660d")
                .orElse(General.STANDARD.usageKeptMs()));
  }

  private static List<Integer> warnAt(Section budgets) {
    if (!budgets.has("warn-at")) {
      budgets.words("warn-at");
      return General.STANDARD.warnAt();
    }
    return budgets
        .words("warn-at", BudgetReader::percentage, "must be a percentage from 1% to 100%")
        .stream()
        .map(Section.Word::text)
        .filter(BudgetReader::percentage)
        .map(text -> Integer.valueOf(text.substring(0, text.length() - 1)))
        .toList();
  }

  private static boolean percentage(String text) {
    return text.matches("[1-9][0-9]?%|100%");
  }
}
