package io.tidegate.run;

import io.tidegate.conversation.Json;
import io.tidegate.loop.Event;
import io.tidegate.loop.Pin;
import io.tidegate.loop.Pin.Verdict;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Rules that say the same about all calls of a tool. */
final class FakeRules implements Rules {
  private final Map<String, Verdict> verdicts = new ConcurrentHashMap<>();
  private volatile RuntimeException bug;

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
    var expires = rules.stream().map(Pin.Rule::expiresMs).findFirst().orElse(null);
    return new Event.Ruled(facts.call(), verdict, "a rule", expires);
  }

  @Override
  public List<String> keys(String expression, Json args) {
    return expression.isEmpty() ? List.of() : List.of(args.text());
  }
}
