package io.tidegate.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.conversation.Json;
import io.tidegate.conversation.Usd;
import io.tidegate.loop.Event.Ruled;
import io.tidegate.loop.Pin.Rule;
import io.tidegate.loop.Pin.Verdict;
import io.tidegate.policy.Expressions.Result;
import io.tidegate.run.Rules.Facts;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CelRulesTest {
  private final CelRules rules = new CelRules();

  @Test
  void theFirstRuleThatMatchesHolds() {
    var list = List.of(deny("args.n > 5"), ask("args.n > 3"), allow("true"), deny("true"));

    assertThat(rule(list, "{\"n\":9}").verdict()).isEqualTo(Verdict.DENY);
    assertThat(rule(list, "{\"n\":4}").verdict()).isEqualTo(Verdict.ASK);
    assertThat(rule(list, "{\"n\":1}").verdict()).isEqualTo(Verdict.ALLOW);
  }

  @Test
  void withoutAMatchACallIsAllowed() {
    assertThat(rule(List.of(deny("false")), "{}"))
        .isEqualTo(ruled(Verdict.ALLOW, "no rule matches"));
    assertThat(rule(List.of(), "{}").verdict()).isEqualTo(Verdict.ALLOW);
  }

  @Test
  void theReasonNamesTheRuleAndTheDeadlineComesAlong() {
    assertThat(rule(List.of(ask("tool == 'post-entry'")), "{}"))
        .isEqualTo(
            new Ruled(
                "c1", Verdict.ASK, "the rule 'tool == 'post-entry'' matches", 5L, List.of("ann")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "args.variance > 1000.0           | {'variance':1500}",
        "args.variance > 1000             | {'variance':1500.5}",
        "args.variance > 1000             | {'variance':1500}",
        "args.variance >= 1000            | {'variance':1000.0}",
        "args.amount == 5                 | {'amount':5.0}",
        "args.amount == 5                 | {'amount':5}",
        "args.amount == 5.0               | {'amount':5}",
        "args.amount != 5                 | {'amount':5.5}",
        "5 < args.amount                  | {'amount':5.5}",
        "args.big > 1                     | {'big':123456789012345678901234567890}",
        "has(args.x)                      | {'x':null}",
        "args.x == null                   | {'x':null}",
        "!has(args.x)                     | {'y':1}",
        "args.a.b[1] == 'z'               | {'a':{'b':['y','z']}}",
        "args.names.exists(n, n == 'b')   | {'names':['a','b']}",
        "args.name.lowerAscii() == 'bob'  | {'name':'BOB'}",
        "args.to.matches('@acme.com$')    | {'to':'me@acme.com'}",
        "args.n in [1, 2]                 | {'n':2}",
        "'k' in args                      | {'k':1}",
        "size(args) == 2                  | {'a':1,'b':2}",
        "args.flag                        | {'flag':true}",
        "state.approved == true           | {}",
        "state.total > args.n             | {'n':2.5}",
        "step == 3 && cost_usd < 0.6      | {}",
        "cost_usd > 0                     | {}",
        "principal == 'ci'                | {}",
      })
  void conditionsOverTheFactsMatch(String condition, String args) {
    var list = List.of(deny(condition));

    Ruled ruled = rule(list, args.replace('\'', '"'));

    assertThat(ruled.reason()).doesNotContain("can't be evaluated");
    assertThat(ruled.verdict()).isEqualTo(Verdict.DENY);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "args.variance > 1000             | {}",
        "args.variance > 1000             | {'variance':'much'}",
        "args.variance > 1000             | {'variance':null}",
        "args.a.b.c == 1                  | {'a':5}",
        "args.flag                        | {'flag':'yes'}",
        "args.n / 0 == 1                  | {'n':1}",
      })
  void aRuleThatCannotBeEvaluatedFailsClosed(String condition, String args) {
    String json = args.replace('\'', '"');

    assertThat(rule(List.of(deny(condition)), json).verdict()).isEqualTo(Verdict.DENY);
    assertThat(rule(List.of(ask(condition)), json).verdict()).isEqualTo(Verdict.ASK);
    assertThat(rule(List.of(ask(condition)), json).reason())
        .startsWith("the rule '" + condition + "' can't be evaluated for this call");
    assertThat(rule(List.of(allow(condition), deny("true")), json).verdict())
        .isEqualTo(Verdict.DENY);
  }

  @Test
  void aToolWithoutKeysIsNotEvaluated() {
    assertThat(new CelRules().keys("", new Json("not even read"))).isEmpty();
  }

  @Test
  void anExpressionThatIsNoneIsCompiledOnce() {
    var expressions = new Expressions(Expressions.KEYS);

    var first = (Result.Failure) expressions.evaluate("args.", Map.of());
    var second = (Result.Failure) expressions.evaluate("args.", Map.of());

    assertThat(second.why()).isNotBlank().isSameAs(first.why());
  }

  @Test
  void aGuardMustHoldForEveryRuleThatMatches() {
    var list =
        List.of(
            allow("tool == 'post-entry'"),
            guarded("args.n > 5", Verdict.ALLOW, "state.total > 2"),
            guarded("args.n > 3", Verdict.ASK, "state.total > args.n"),
            guarded("false", Verdict.ASK, "false"));

    assertThat(objection(list, "{\"n\":2}")).isEmpty();
    assertThat(objection(list, "{\"n\":4}"))
        .contains("the guard 'state.total > args.n' of the rule 'args.n > 3' does not hold now.");
  }

  @Test
  void aGuardThatCannotBeEvaluatedDoesNotHold() {
    var list = List.of(guarded("true", Verdict.ALLOW, "state.missing > 2"));

    assertThat(objection(list, "{}").orElseThrow())
        .startsWith("the guard 'state.missing > 2' of the rule 'true' can't be evaluated");
  }

  @Test
  void aRuleThatDeniesByNowIsAnObjection() {
    assertThat(objection(List.of(deny("cost_usd > 0.4")), "{}"))
        .contains("the rule 'cost_usd > 0.4' matches.");
    assertThat(objection(List.of(ask("true"), deny("true")), "{}")).isEmpty();
  }

  private Optional<String> objection(List<Rule> list, String args) {
    return rules.objection(list, facts(args));
  }

  private static Rule guarded(String when, Verdict then, String guard) {
    return new Rule(when, then, null, List.of(), guard);
  }

  @Test
  void anExpressionThatVisitsTooMuchFailsClosed() {
    String many =
        IntStream.range(0, 200).mapToObj(Integer::toString).collect(Collectors.joining(","));

    Ruled ruled =
        rule(
            List.of(deny("!args.l.all(a, args.l.all(b, args.l.all(c, true)))")),
            "{\"l\":[" + many + "]}");

    assertThat(ruled.verdict()).isEqualTo(Verdict.DENY);
    assertThat(ruled.reason()).contains("can't be evaluated");
  }

  @Test
  void problemsAreSentencesAboutTheExpression() {
    assertThat(CelRules.problems("args.variance > 1000.0 && tool == 'x'")).isEmpty();
    assertThat(CelRules.problems("args.x >")).singleElement().asString().contains("column 9");
    assertThat(CelRules.problems("amount > 5"))
        .singleElement()
        .asString()
        .contains("undeclared reference to 'amount'");
    assertThat(CelRules.problems("'text'")).hasSize(1);
    assertThat(CelRules.problems("step > 'x'")).hasSize(1);
    assertThat(CelRules.problems("")).hasSize(1);
    assertThat(CelRules.problems("x".repeat(5_000))).hasSize(1);
  }

  @Test
  void keysSeeTheArgumentsAlone() {
    assertThat(CelRules.keyProblems("args.account")).isEmpty();
    assertThat(CelRules.keyProblems("'ledger'")).isEmpty();
    assertThat(CelRules.keyProblems("state.account")).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "args.account                       | {'account':'a1'}       | a1",
        "args.account                       | {'account':17}         | 17",
        "args.accounts                      | {'accounts':['a','b']} | a,b",
        "[args.from, args.to]               | {'from':'a','to':'a'}  | a",
        "(true ? 'ledger' : '')             | {}                     | ledger",
        "'acc:' + args.account              | {'account':'a1'}       | acc:a1",
        "has(args.x) ? args.x : ''          | {}                     | ''",
        "args.missing                       | {}                     | ''",
        "args.x                             | {'x':null}             | ''",
        "args.x                             | {'x':false}            | ''",
        "args.x                             | {'x':true}             | true",
      })
  void keysAreTheValueOrItsElements(String expression, String args, String expected) {
    List<String> keys = rules.keys(expression, new Json(args.replace('\'', '"')));

    assertThat(String.join(",", keys)).isEqualTo(expected);
  }

  @Test
  void whoIsAskedSeesTheGuardsOfAllRulesThatMatch() {
    var rulesWithGuards =
        List.of(
            new Rule("args.x > 1", Verdict.ASK, null, List.of(), "state.total < 4"),
            new Rule("args.x > 5", Verdict.ALLOW, null, List.of(), "state.total < 3"),
            new Rule("true", Verdict.ALLOW, null, List.of(), "step < 9"),
            deny("args.x > 7"));

    assertThat(rule(rulesWithGuards, "{\"x\":2}").guards())
        .containsExactly("state.total < 4", "step < 9");
    assertThat(rule(List.of(deny("true"), rulesWithGuards.getFirst()), "{\"x\":2}").guards())
        .isEmpty();
  }

  @Test
  void moreExpressionsThanTheCacheHoldsStillWork() {
    IntStream.range(0, 1_100)
        .forEach(
            i ->
                assertThat(rules.keys("'k" + i + "'", Json.EMPTY_OBJECT)).containsExactly("k" + i));
  }

  private Ruled rule(List<Rule> list, String args) {
    return rules.rule(list, facts(args));
  }

  private static Facts facts(String args) {
    var state = new Json("{\"approved\":true,\"total\":3}");
    return new Facts("c1", "post-entry", new Json(args), state, 3, Usd.parse("0.5"), "ci");
  }

  private static Ruled ruled(Verdict verdict, String reason) {
    return new Ruled("c1", verdict, reason, null, List.of());
  }

  private static Rule deny(String when) {
    return new Rule(when, Verdict.DENY, null, List.of(), null);
  }

  private static Rule ask(String when) {
    return new Rule(when, Verdict.ASK, 5L, List.of("ann"), null);
  }

  private static Rule allow(String when) {
    return new Rule(when, Verdict.ALLOW, null, List.of(), null);
  }
}
