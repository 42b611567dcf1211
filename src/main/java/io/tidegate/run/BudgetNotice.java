package io.tidegate.run;

import io.tidegate.loop.Budget;
import io.tidegate.loop.Budget.Scope;
import io.tidegate.run.Budgets.Bill;
import io.tidegate.run.Budgets.Order;
import org.jspecify.annotations.Nullable;

/** What happened to a claim, for whoever counts. */
public sealed interface BudgetNotice {
  /** It was reserved on all levels. */
  record Reserved(Order order) implements BudgetNotice {}

  /** It was settled on all levels: with a bill, or at what was estimated. */
  record Settled(Order order, @Nullable Bill bill) implements BudgetNotice {}

  /** By its settlement the use of a budget passed a threshold. */
  record Warned(Budget of) implements BudgetNotice {}

  /** It was given back: the call cost nothing. */
  record Released(Order order) implements BudgetNotice {}

  /** There was no room for it, and the run waits for somebody to raise the budget. */
  record Refused(Order order, Budget by) implements BudgetNotice {}

  /**
   * It waited that long for what others had reserved, in nanoseconds, and then was reserved.
   *
   * @param scope whose budget it waited for at last
   */
  record Waited(Order order, Scope scope, long nanos) implements BudgetNotice {}
}
