package io.tidegate.simulator.scenario;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A simulated model: rules over the conversation so far. Used by one thread at a time. */
public final class Scenario {
  private final String name;
  private final List<Let> lets;
  private final List<Rule> rules;

  private Scenario(String name, List<Let> lets, List<Rule> rules) {
    this.name = name;
    this.lets = lets;
    this.rules = rules;
  }

  static Scenario of(ScenarioFile file, Pace pace) {
    var own = file.pace() == null ? pace : pace.with(file.pace());
    var lets = new ArrayList<Let>();
    for (var step : file.let() == null ? List.<Map<String, String>>of() : file.let()) {
      step.forEach((name, source) -> lets.add(new Let(name, new Expression(source))));
    }
    return new Scenario(
        file.name(), lets, file.rules().stream().map(rule -> Rule.of(rule, own)).toList());
  }

  public String name() {
    return name;
  }

  /** What the model replies; a conversation that no rule fits is the scenario's error. */
  public Answer answer(Conversation conversation) {
    var view = conversation.view();
    var names = names(view);
    return rules.stream()
        .filter(rule -> rule.fits(view, names))
        .findFirst()
        .orElseThrow(() -> noneFits(view))
        .answer(view, names);
  }

  private Map<String, @Nullable Object> names(Map<String, Object> view) {
    var names = new HashMap<String, @Nullable Object>();
    lets.forEach(let -> names.put(let.name, let.value.value(view, names)));
    return names;
  }

  private IllegalArgumentException noneFits(Map<String, Object> view) {
    return new IllegalArgumentException(
        "No rule of the scenario '%s' fits this conversation at turn %s; add one without 'when' at its end."
            .formatted(name, view.get("turn")));
  }

  private record Let(String name, Expression value) {}
}
