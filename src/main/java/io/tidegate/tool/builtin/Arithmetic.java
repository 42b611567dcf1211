package io.tidegate.tool.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.math.BigDecimal;

/**
 * Calculates with exact decimals: {@code {expression}} to {@code {result, exact}}. The result is a
 * string, as JSON numbers lose digits with many readers.
 */
public final class Arithmetic implements BuiltIn {

  @Override
  public JsonNode call(JsonNode args) throws BadInput {
    var expression = new Expression(args.path("expression").asText());
    BigDecimal value = expression.value();
    return JsonNodeFactory.instance
        .objectNode()
        .put("result", plain(value))
        .put("exact", expression.exact());
  }

  private static String plain(BigDecimal value) {
    return value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
  }
}
