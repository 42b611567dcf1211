package io.tidegate.config;

import io.tidegate.config.Node.Items;
import io.tidegate.config.Node.Mapping;
import io.tidegate.config.Node.Scalar;
import io.tidegate.conversation.Json;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Locale;
import java.util.stream.Collectors;

/** Writes YAML values as JSON. */
final class JsonText {
  private JsonText() {}

  static Json of(Node node) {
    return new Json(text(node));
  }

  private static String text(Node node) {
    return switch (node) {
      case Mapping map ->
          map.entries().entrySet().stream()
              .map(entry -> Json.string(entry.getKey()) + ":" + text(entry.getValue()))
              .collect(Collectors.joining(",", "{", "}"));
      case Items list ->
          list.items().stream().map(JsonText::text).collect(Collectors.joining(",", "[", "]"));
      case Scalar scalar -> text(scalar);
    };
  }

  private static String text(Scalar scalar) {
    return switch (scalar.kind()) {
      case TEXT -> Json.string(scalar.text()).text();
      case NUMBER -> number(scalar.text()).toString();
      case BOOLEAN -> scalar.text().toLowerCase(Locale.ROOT);
      case NULL -> "null";
    };
  }

  /** A number as YAML 1.2 writes it: {@code 12, 012, -1.5, .5, 1e3, 0x1f, 0o17}. */
  static BigDecimal number(String text) {
    if (text.startsWith("0x")) {
      return new BigDecimal(new BigInteger(text.substring(2), 16));
    }
    if (text.startsWith("0o")) {
      return new BigDecimal(new BigInteger(text.substring(2), 8));
    }
    return new BigDecimal(text);
  }
}
