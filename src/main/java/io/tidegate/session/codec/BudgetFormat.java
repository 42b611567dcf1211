package io.tidegate.session.codec;

import io.tidegate.conversation.Usd;
import io.tidegate.loop.Budget;
import io.tidegate.loop.Event;
import io.tidegate.loop.Spending;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The written form of what budgets have to do with a run. */
final class BudgetFormat {
  private BudgetFormat() {}

  static void write(Event.Estimate estimate, JsonOut out) throws IOException {
    out.number("input", estimate.input())
        .number("output", estimate.output())
        .number("cost_nanos", estimate.cost().nanos());
  }

  static Event.@Nullable Estimate estimateOrNull(@Nullable Fields in) {
    return in == null
        ? null
        : new Event.Estimate(
            in.number("input"), in.number("output"), new Usd(in.number("cost_nanos")));
  }

  static void write(Event.BudgetRefused e, JsonOut out) throws IOException {
    budget(e.budget(), out)
        .number("limit", e.limit())
        .number("used", e.used())
        .number("estimate", e.estimate());
  }

  static Event.BudgetRefused refused(Fields in) {
    return new Event.BudgetRefused(
        budget(in), in.number("limit"), in.number("used"), in.number("estimate"));
  }

  static void write(Event.BudgetWarned e, JsonOut out) throws IOException {
    budget(e.budget(), out)
        .number("limit", e.limit())
        .number("used", e.used())
        .number("percent", e.percent());
  }

  static Event.BudgetWarned warned(Fields in) {
    return new Event.BudgetWarned(
        budget(in), in.number("limit"), in.number("used"), in.integer("percent"));
  }

  private static JsonOut budget(Budget budget, JsonOut out) throws IOException {
    return out.word("scope", budget.scope())
        .text("id", budget.id())
        .word("period", budget.period())
        .word("unit", budget.unit());
  }

  private static Budget budget(Fields in) {
    return new Budget(
        in.word("scope", Budget.Scope.class),
        in.text("id"),
        in.word("period", Budget.Period.class),
        in.word("unit", Budget.Unit.class));
  }

  static void write(Spending spending, JsonOut out) throws IOException {
    if (spending.asked() != null) {
      out.object("asked", spending.asked(), BudgetFormat::write);
    }
    if (spending.refused() != null) {
      out.object("refused", spending.refused(), BudgetFormat::write);
    }
    if (spending.counted() != null) {
      out.object("counted", spending.counted(), BudgetFormat::write);
    }
  }

  static Spending spending(Fields in) {
    var refused = in.objectOrNull("refused");
    var counted = in.objectOrNull("counted");
    return new Spending(
        estimateOrNull(in.objectOrNull("asked")),
        refused == null ? null : refused(refused),
        counted == null
            ? null
            : new Spending.Counted(
                counted.integer("target"), counted.integer("messages"), counted.number("input")));
  }

  private static void write(Spending.Counted counted, JsonOut out) throws IOException {
    out.number("target", counted.target())
        .number("messages", counted.messages())
        .number("input", counted.input());
  }
}
