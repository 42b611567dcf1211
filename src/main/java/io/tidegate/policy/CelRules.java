package io.tidegate.policy;

import io.tidegate.conversation.Json;
import io.tidegate.loop.Event.Ruled;
import io.tidegate.loop.Pin.Rule;
import io.tidegate.loop.Pin.Verdict;
import io.tidegate.policy.Expressions.Result;
import io.tidegate.run.Rules;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Rules in CEL. The first that matches holds, and without one a call is allowed.
 *
 * <p>A rule fails closed: if its expression can't be evaluated for a call, because it names an
 * argument that is missing or compares what can't be compared, a rule that asks or denies counts as
 * matching and one that allows does not.
 */
public final class CelRules implements Rules {
  private final Expressions conditions = new Expressions(Expressions.RULES);
  private final Expressions keys = new Expressions(Expressions.KEYS);

  /** What is wrong with a rule's condition, as sentences; empty if it can be used. */
  public static List<String> problems(String expression) {
    return Expressions.problems(Expressions.RULES, expression);
  }

  /** What is wrong with an expression that names keys, as sentences; empty if it can be used. */
  public static List<String> keyProblems(String expression) {
    return Expressions.problems(Expressions.KEYS, expression);
  }

  /**
   * Makes what expressions of all kinds need, so that none has to wait for it. Takes a while, the
   * first time.
   */
  public static void warmUp() {
    for (var scope : Expressions.ALL) {
      Expressions.problems(scope, "true");
    }
  }

  @Override
  public Ruled rule(List<Rule> rules, Facts facts) {
    Map<String, Object> variables = Variables.of(facts);
    for (Rule rule : rules) {
      Match match = match(rule, variables);
      if (match.holds) {
        return new Ruled(
            facts.call(),
            rule.then(),
            match.reason,
            rule.expiresMs(),
            rule.approvers(),
            rule.then() == Verdict.DENY ? List.of() : guards(rules, variables));
      }
    }
    return new Ruled(facts.call(), Verdict.ALLOW, "no rule matches", null, List.of());
  }

  private List<String> guards(List<Rule> rules, Map<String, Object> variables) {
    return guarding(rules, variables).map(rule -> String.valueOf(rule.guard())).toList();
  }

  /** The rules that match and have a guard, whatever their place. */
  private Stream<Rule> guarding(List<Rule> rules, Map<String, Object> variables) {
    return rules.stream().filter(rule -> rule.guard() != null && match(rule, variables).holds);
  }

  @Override
  public Optional<String> objection(List<Rule> rules, Facts facts) {
    Ruled now = rule(rules, facts);
    if (now.verdict() == Verdict.DENY) {
      return Optional.of(now.reason() + ".");
    }
    Map<String, Object> variables = Variables.of(facts);
    return guarding(rules, variables)
        .map(rule -> objection(rule, String.valueOf(rule.guard()), variables))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private Optional<String> objection(Rule rule, String guard, Map<String, Object> variables) {
    return switch (conditions.evaluate(guard, variables)) {
      case Result.Value(Boolean holds) when holds -> Optional.empty();
      case Result.Value(var _) ->
          Optional.of(
              "the guard '%s' of the rule '%s' does not hold now.".formatted(guard, rule.when()));
      case Result.Failure(String why) ->
          Optional.of(
              "the guard '%s' of the rule '%s' can't be evaluated for this call, so it does not hold: %s."
                  .formatted(guard, rule.when(), why));
    };
  }

  @Override
  public List<String> keys(String expression, Json args) {
    if (expression.isBlank()) {
      return List.of();
    }
    return switch (keys.evaluate(expression, Variables.of(args))) {
      case Result.Value(var value) -> Keys.of(value);
      case Result.Failure _ -> List.of();
    };
  }

  private Match match(Rule rule, Map<String, Object> variables) {
    return switch (conditions.evaluate(rule.when(), variables)) {
      case Result.Value(Boolean holds) ->
          new Match(holds, "the rule '" + rule.when() + "' matches");
      case Result.Value(var other) ->
          failed(rule, "it gives " + other + " rather than true or false");
      case Result.Failure(String why) -> failed(rule, why);
    };
  }

  private static Match failed(Rule rule, String why) {
    return new Match(
        rule.then() != Verdict.ALLOW,
        "the rule '%s' can't be evaluated for this call, so it counts as matching: %s"
            .formatted(rule.when(), why));
  }

  private record Match(boolean holds, String reason) {}
}
