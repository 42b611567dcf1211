package io.tidegate.config;

import io.tidegate.conversation.Json;
import io.tidegate.tool.ToolSettings;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What reading needs from packages that it may not know.
 *
 * @param ruleProblems what is wrong with a condition in CEL, as sentences; empty if nothing is
 * @param routeProblems the same for the condition of a model's target
 * @param keyProblems the same for a CEL expression over the arguments alone that names keys
 * @param stateProblems what is wrong with a state object by its schema, or null if it has none
 * @param toolProblems what else is wrong with a tool, as the package that executes it sees it
 * @param builtIns the tools that are part of the gateway, by name
 * @param sealed gives a tool with its contract's digest filled in
 */
public record Parts(
    Function<String, List<String>> ruleProblems,
    Function<String, List<String>> routeProblems,
    Function<String, List<String>> keyProblems,
    BiFunction<Json, @Nullable Json, List<String>> stateProblems,
    Function<ToolSettings, List<String>> toolProblems,
    Map<String, ToolSettings> builtIns,
    UnaryOperator<ToolSettings> sealed) {
  public Parts {
    builtIns = Map.copyOf(builtIns);
  }
}
