package io.tidegate.policy;

import dev.cel.common.values.NullValue;
import io.tidegate.conversation.Json;
import io.tidegate.run.Routing;
import io.tidegate.run.Rules.Facts;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What expressions may look at, as values of CEL: whole numbers are int, others double. */
final class Variables {
  static final String TOOL = "tool";
  static final String ARGS = "args";
  static final String STATE = "state";
  static final String STEP = "step";
  static final String COST_USD = "cost_usd";
  static final String PRINCIPAL = "principal";
  static final String AGENT = "agent";
  static final String INPUT_TOKENS = "input_tokens";

  private static final double NANOS = 1e9;

  private Variables() {}

  static Map<String, Object> of(Facts facts) {
    return Map.of(
        TOOL,
        facts.tool(),
        ARGS,
        object(facts.args()),
        STATE,
        object(facts.state()),
        STEP,
        (long) facts.step(),
        COST_USD,
        facts.cost().nanos() / NANOS,
        PRINCIPAL,
        facts.principal());
  }

  static Map<String, Object> of(Routing.Facts facts) {
    return Map.of(
        AGENT,
        facts.agent(),
        STEP,
        (long) facts.step(),
        INPUT_TOKENS,
        facts.inputTokens().getAsLong(),
        COST_USD,
        facts.cost().nanos() / NANOS,
        STATE,
        object(facts.state()));
  }

  static Map<String, Object> of(Json args) {
    return Map.of(ARGS, object(args));
  }

  private static Object object(Json json) {
    return value(new JsonObject(json.text()));
  }

  private static Object value(@Nullable Object value) {
    return switch (value) {
      case null -> NullValue.NULL_VALUE;
      case JsonObject object -> values(object);
      case JsonArray array -> array.stream().map(Variables::value).toList();
      case Integer number -> number.longValue();
      case Long number -> number;
      case Number number -> number.doubleValue();
      default -> value;
    };
  }

  private static Map<String, Object> values(JsonObject object) {
    Map<String, Object> values = new LinkedHashMap<>();
    object.forEach(entry -> values.put(entry.getKey(), value(entry.getValue())));
    return values;
  }
}
