package io.tidegate.config;

import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Fills <code>${NAME}</code> and <code>${NAME:default}</code> from the environment; a variable that
 * is set to nothing counts as not set, and <code>$${</code> stands for <code>${</code>.
 */
record Placeholders(Map<String, String> environment) {
  private static final Pattern PLACEHOLDER =
      Pattern.compile(
          "\\$\\$\\{|\\$\\{(?<name>[A-Za-z_][A-Za-z0-9_]*)(?::(?<default>[^}]*))?}|(?<stray>\\$\\{)");

  Placeholders {
    environment = Map.copyOf(environment);
  }

  String fill(String text, Place at, Report report) {
    if (!text.contains("${")) {
      return text;
    }
    var out = new StringBuilder();
    var matcher = PLACEHOLDER.matcher(text);
    while (matcher.find()) {
      matcher.appendReplacement(out, "");
      out.append(value(matcher.toMatchResult(), at, report));
    }
    return matcher.appendTail(out).toString();
  }

  /** A variable's value, or null if it is not set or empty. */
  @Nullable String variable(String name) {
    String value = environment.get(name);
    return value == null || value.isEmpty() ? null : value;
  }

  private String value(MatchResult match, Place at, Report report) {
    String name = match.group("name");
    if (name == null) {
      return escapeOrStray(match, at, report);
    }
    String value = variable(name);
    if (value != null) {
      return value;
    }
    String fallback = match.group("default");
    if (fallback == null) {
      report.error(
          at,
          "needs the environment variable %s, which is not set; ${%s:value} gives a default"
              .formatted(name, name));
      return "";
    }
    return fallback;
  }

  private static String escapeOrStray(MatchResult match, Place at, Report report) {
    if (match.group("stray") != null) {
      report.error(
          at, "has a '${' that starts no ${NAME} or ${NAME:default}; write $${ for the characters");
    }
    return "${";
  }
}
