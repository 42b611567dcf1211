package io.tidegate.http;

import java.util.regex.Pattern;

/**
 * Durations as the API writes them: {@code 800ms}, {@code 30s}, {@code 10m}, {@code 2h}, {@code
 * 1d}.
 */
final class Millis {
  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");

  private Millis() {}

  static long parse(String text) {
    var duration = DURATION.matcher(text);
    if (!duration.matches()) {
      throw new IllegalArgumentException(
          "must be a whole number and ms, s, m, h or d, such as 30s or 10m");
    }
    return Long.parseLong(duration.group(1)) * unit(duration.group(2));
  }

  private static long unit(String unit) {
    return switch (unit) {
      case "ms" -> 1;
      case "s" -> 1_000;
      case "m" -> 60_000;
      case "h" -> 3_600_000;
      default -> 86_400_000;
    };
  }
}
