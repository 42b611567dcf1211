package io.tidegate.simulator.scenario;

import io.tidegate.simulator.web.Jsons;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A text with JSONata expressions in double braces. */
final class Template {
  static final Template EMPTY = new Template("");

  private final List<Part> parts = new ArrayList<>();

  Template(String text) {
    int at = 0;
    for (int open = text.indexOf("{{"); open >= 0; open = text.indexOf("{{", at)) {
      int close = text.indexOf("}}", open);
      if (close < 0) {
        throw new IllegalArgumentException("'%s' lacks its '}}'.".formatted(text));
      }
      parts.add(new Part.Literal(text.substring(at, open)));
      parts.add(new Part.Computed(new Expression(text.substring(open + 2, close))));
      at = close + 2;
    }
    parts.add(new Part.Literal(text.substring(at)));
  }

  static Template of(@Nullable String text) {
    return text == null ? EMPTY : new Template(text);
  }

  String text(Map<String, Object> view, Map<String, @Nullable Object> names) {
    var out = new StringBuilder();
    for (var part : parts) {
      switch (part) {
        case Part.Literal(var text) -> out.append(text);
        case Part.Computed(var expression) -> out.append(shown(expression.value(view, names)));
      }
    }
    return out.toString();
  }

  private static String shown(@Nullable Object value) {
    return switch (value) {
      case null -> "";
      case String text -> text;
      default -> Jsons.text(value);
    };
  }

  private sealed interface Part {
    record Literal(String text) implements Part {}

    record Computed(Expression expression) implements Part {}
  }
}
