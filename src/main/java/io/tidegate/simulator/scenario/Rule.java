package io.tidegate.simulator.scenario;

import io.tidegate.simulator.scenario.Answer.Finish;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One rule of a scenario: whether it fits a conversation, and what the model then replies. */
record Rule(
    @Nullable Integer turn,
    @Nullable Expression when,
    Template think,
    Template say,
    Calls calls,
    Template finish,
    Template fail,
    Pace pace) {

  static Rule of(ScenarioFile.RuleFile file, Pace pace) {
    return new Rule(
        file.turn(),
        file.when() == null ? null : new Expression(file.when()),
        Template.of(file.think()),
        Template.of(file.say()),
        Calls.of(file.call()),
        Template.of(file.finish()),
        Template.of(file.fail()),
        file.pace() == null ? pace : pace.with(file.pace()));
  }

  boolean fits(Map<String, Object> view, Map<String, @Nullable Object> names) {
    return (turn == null || turn.equals(view.get("turn")))
        && (when == null || when.holds(view, names));
  }

  Answer answer(Map<String, Object> view, Map<String, @Nullable Object> names) {
    var made = calls.made(view, names);
    return new Answer(
        think.text(view, names),
        say.text(view, names),
        made,
        Finish.of(finish.text(view, names), !made.isEmpty()),
        pace,
        fail.text(view, names));
  }
}
