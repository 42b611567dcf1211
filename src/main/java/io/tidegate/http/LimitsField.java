package io.tidegate.http;

import io.tidegate.conversation.Usd;
import io.tidegate.loop.Limits;

/** The {@code limits} of a request; names may be written as the configuration writes them too. */
final class LimitsField {
  private LimitsField() {}

  static Limits.Change read(Body body) {
    var limits = body.inner("limits");
    return new Limits.Change(
        limits.count("steps").must(n -> n >= 1, "must be at least 1").orNull(),
        limits.count("tool_calls", "tool-calls").must(n -> n >= 0, "must be at least 0").orNull(),
        limits.count("parallel").must(n -> n >= 1, "must be at least 1").orNull(),
        limits.usd("cost_usd", "cost-usd").must(LimitsField::positive, "must be above 0").orNull(),
        limits.whole("tokens").must(n -> n >= 1, "must be at least 1").orNull(),
        limits.millis("deadline").must(n -> n >= 1, "must be at least 1 ms").orNull(),
        limits
            .count("repeats")
            .must(n -> n == 0 || (n >= 2 && n <= 50), "must be 0 or from 2 to 50")
            .orNull(),
        limits
            .count("tool_failures", "tool-failures")
            .must(n -> n >= 0, "must be at least 0")
            .orNull());
  }

  private static boolean positive(Usd amount) {
    return amount.nanos() > 0;
  }
}
