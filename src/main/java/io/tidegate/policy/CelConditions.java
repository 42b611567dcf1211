package io.tidegate.policy;

import io.tidegate.policy.Expressions.Result;
import io.tidegate.run.Routing.Conditions;
import io.tidegate.run.Routing.Facts;
import java.util.List;

/** The conditions of a route's targets in CEL. */
public final class CelConditions implements Conditions {
  private final Expressions expressions = new Expressions(Expressions.ROUTES);

  /** What is wrong with a condition, as sentences; empty if it can be used. */
  public static List<String> problems(String expression) {
    return Expressions.problems(Expressions.ROUTES, expression);
  }

  @Override
  public boolean hold(String expression, Facts facts) {
    return expressions.evaluate(expression, Variables.of(facts))
            instanceof Result.Value(Boolean holds)
        && holds;
  }
}
