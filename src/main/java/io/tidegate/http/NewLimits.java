package io.tidegate.http;

import io.tidegate.conversation.Usd;
import io.tidegate.loop.Budget.Period;
import io.tidegate.run.BudgetSettings;
import org.jspecify.annotations.Nullable;

/** The limits that somebody sets for a budget; one that is missing is taken back. */
record NewLimits(@Nullable Usd usd, @Nullable Long tokens, @Nullable Period period) {
  private static final Usd LARGEST = new Usd(BudgetSettings.LARGEST);

  static NewLimits read(Body body) {
    return new NewLimits(
        body.usd("limit_usd", "limit-usd")
            .must(
                usd -> usd.nanos() >= 0 && usd.nanos() <= LARGEST.nanos(),
                "must be from 0 to " + LARGEST)
            .orNull(),
        body.whole("limit_tokens", "limit-tokens")
            .must(
                tokens -> tokens >= 0 && tokens <= BudgetSettings.LARGEST,
                "must be from 0 to " + BudgetSettings.LARGEST)
            .orNull(),
        body.choice("period", Period.class).orNull());
  }
}
