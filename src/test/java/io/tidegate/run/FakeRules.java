package io.tidegate.run;

import io.tidegate.conversation.Json;
import io.tidegate.loop.Event;
import io.tidegate.loop.Pin;
import io.tidegate.loop.Pin.Verdict;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Rules that say the same about all calls of a tool. */
final class FakeRules implements Rules {
  private final Map<String, Verdict> verdicts = new ConcurrentHashMap<>();
  private final Map<String, String> objections = new ConcurrentHashMap<>();
  private volatile RuntimeException bug;

  /** Calls of the tool must not be sent any more. */
  FakeRules objectTo(String tool, String why) {
    objections.put(tool, why);
    return this;
  }

  FakeRules say(String tool, Verdict verdict) {
    verdicts.put(tool, verdict);
    return this;
  }

  /** Every rule throws this from now on; null mends them. */
  void breakWith(RuntimeException failure) {
    bug = failure;
  }

  @Override
  public Event.Ruled rule(List<Pin.Rule> rules, Facts facts) {
    if (bug != null) {
      throw bug;
    }
    var verdict = verdicts.getOrDefault(facts.tool(), Verdict.ALLOW);
    var expires =
        rules.stream().map(Pin.Rule::expiresMs).filter(Objects::nonNull).findFirst().orElse(null);
    var approvers = rules.stream().flatMap(rule -> rule.approvers().stream()).toList();
    return new Event.Ruled(facts.call(), verdict, "a rule", expires, approvers);
  }

  @Override
  public Optional<String> objection(List<Pin.Rule> rules, Facts facts) {
    boolean denied = rule(rules, facts).verdict() == Verdict.DENY;
    return denied ? Optional.of("a rule") : Optional.ofNullable(objections.get(facts.tool()));
  }

  @Override
  public List<String> keys(String expression, Json args) {
    return expression.isEmpty() ? List.of() : List.of(args.text());
  }
}
