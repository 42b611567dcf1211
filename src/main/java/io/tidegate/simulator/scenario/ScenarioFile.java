package io.tidegate.simulator.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A scenario as its file writes it.
 *
 * @param name the model name that it answers to
 * @param pace the pace of its replies, where it differs from the simulator's
 * @param let names for values, each a JSONata expression that may use those before it as {@code
 *     $name}
 * @param rules the first that fits answers
 */
record ScenarioFile(
    String name,
    @Nullable Map<String, Integer> pace,
    @Nullable List<Map<String, String>> let,
    List<RuleFile> rules) {

  /**
   * A rule as its file writes it. {@code think, say, finish} and {@code fail} are templates.
   *
   * @param turn fits only if the model has spoken that often since its user did, or null
   * @param when fits only if this JSONata expression is true, or null
   * @param call a list of {@code {tool, args}}, where {@code args} is an object or a JSONata
   *     expression that gives one; or a JSONata expression that gives such a list
   */
  record RuleFile(
      @Nullable Integer turn,
      @Nullable String when,
      @Nullable String think,
      @Nullable String say,
      @Nullable JsonNode call,
      @Nullable String finish,
      @Nullable String fail,
      @Nullable Map<String, Integer> pace) {}
}
