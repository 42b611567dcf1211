package io.tidegate.config;

import java.math.BigDecimal;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations, sizes and percentages as they are written in the configuration. */
final class Units {
  private static final Map<String, Long> MILLIS =
      Map.of("ms", 1L, "s", 1_000L, "m", 60_000L, "h", 3_600_000L, "d", 86_400_000L);
  private static final Map<String, Long> BYTES =
      Map.of("B", 1L, "KB", 1L << 10, "MB", 1L << 20, "GB", 1L << 30);
  private static final Pattern AMOUNT = Pattern.compile("([0-9]{1,18})([A-Za-z]+)");
  private static final Pattern PERCENT = Pattern.compile("([0-9]{1,3}(?:\\.[0-9]{1,6})?)%");

  private Units() {}

  /** {@code 800ms, 2s, 5m, 24h, 30d}, in milliseconds. */
  static long millis(String text) {
    return positive(text, MILLIS, "must be a duration such as 800ms, 2s, 5m, 24h or 30d");
  }

  /** {@code 512B, 64KB, 10MB, 1GB}, in bytes; a KB has 1024. */
  static long bytes(String text) {
    return positive(text, BYTES, "must be a size such as 512B, 64KB, 10MB or 1GB");
  }

  /** {@code 5%} as 0.05. */
  static double fraction(String text) {
    String sentence = "must be a percentage such as 5%, from 0% to 100%";
    Matcher matcher = PERCENT.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(sentence);
    }
    double fraction = new BigDecimal(matcher.group(1)).movePointLeft(2).doubleValue();
    if (fraction > 1) {
      throw new IllegalArgumentException(sentence);
    }
    return fraction;
  }

  private static long positive(String text, Map<String, Long> units, String sentence) {
    Matcher matcher = AMOUNT.matcher(text);
    Long unit = matcher.matches() ? units.get(matcher.group(2)) : null;
    try {
      long amount = unit == null ? 0 : Math.multiplyExact(Long.parseLong(matcher.group(1)), unit);
      if (amount > 0) {
        return amount;
      }
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(sentence, e);
    }
    throw new IllegalArgumentException(sentence);
  }
}
