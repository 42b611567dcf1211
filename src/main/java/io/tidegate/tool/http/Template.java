package io.tidegate.tool.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidegate.tool.json.CanonicalJson;
import io.tidegate.tool.json.MalformedJson;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Text in which <code>{name}</code> stands for an argument. Braces around anything but a name are
 * just braces.
 */
record Template(List<Part> parts) {
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{([A-Za-z_][A-Za-z0-9_.-]*)}");

  /** A piece of a template. */
  sealed interface Part {
    record Literal(String text) implements Part {}

    record Argument(String name) implements Part {}
  }

  /** What makes an argument's text harmless where it will stand. */
  @FunctionalInterface
  interface Escape {
    String apply(String name, String text) throws BadArgument;
  }

  Template {
    parts = List.copyOf(parts);
  }

  static Template of(String text) {
    var parts = new ArrayList<Part>();
    var matcher = PLACEHOLDER.matcher(text);
    int end = 0;
    while (matcher.find()) {
      literal(text.substring(end, matcher.start()), parts);
      parts.add(new Part.Argument(matcher.group(1)));
      end = matcher.end();
    }
    literal(text.substring(end), parts);
    return new Template(parts);
  }

  private static void literal(String text, List<Part> parts) {
    if (!text.isEmpty()) {
      parts.add(new Part.Literal(text));
    }
  }

  Set<String> names() {
    var names = new LinkedHashSet<String>();
    for (Part part : parts) {
      if (part instanceof Part.Argument(String name)) {
        names.add(name);
      }
    }
    return names;
  }

  /** The name, if the template is one placeholder and nothing else; otherwise null. */
  @Nullable String only() {
    return parts.size() == 1 && parts.getFirst() instanceof Part.Argument(String name)
        ? name
        : null;
  }

  /** The text with every argument in its place, or null if one of them is absent. */
  @Nullable String fill(JsonNode args, Escape escape) throws BadArgument {
    var out = new StringBuilder();
    for (Part part : parts) {
      switch (part) {
        case Part.Literal(String text) -> out.append(text);
        case Part.Argument(String name) -> {
          JsonNode value = args.get(name);
          if (absent(value)) {
            return null;
          }
          out.append(escape.apply(name, plain(name, value)));
        }
      }
    }
    return out.toString();
  }

  static boolean absent(@Nullable JsonNode value) {
    return value == null || value.isNull();
  }

  /** A string's characters, a number's digits, true or false. */
  static String plain(String name, JsonNode value) throws BadArgument {
    if (value.isContainerNode()) {
      throw new BadArgument(
          "The argument '%s' must be a string, a number or a boolean; it was an %s."
              .formatted(name, value.isArray() ? "array" : "object"));
    }
    try {
      return value.isNumber() ? CanonicalJson.number(value) : value.asText();
    } catch (MalformedJson e) {
      throw new BadArgument("The argument '%s' can't be sent: %s.".formatted(name, e.getMessage()));
    }
  }
}
