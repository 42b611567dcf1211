package io.tidegate.model;

import io.vertx.core.MultiMap;
import java.time.DateTimeException;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/**
 * The wait that an answer asks for: {@code retry-after-ms}, as OpenAI sends it, or {@code
 * Retry-After} in seconds or as a date (RFC 9110, section 10.2.3).
 */
final class RetryAfter {
  private static final double MAX_MS = 24 * 60 * 60 * 1000;

  private RetryAfter() {}

  /** The wait in milliseconds, at most a day, or null if none is asked for that can be read. */
  static @Nullable Long ms(MultiMap headers, long now) {
    String ms = headers.get("retry-after-ms");
    Long exact = ms == null ? null : number(ms, 1);
    String after = headers.get("retry-after");
    if (exact != null || after == null) {
      return exact;
    }
    Long seconds = number(after, 1000);
    return seconds != null ? seconds : date(after, now);
  }

  private static @Nullable Long number(String text, int factor) {
    try {
      return bounded(Double.parseDouble(text.strip()) * factor);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static @Nullable Long date(String text, long now) {
    try {
      var date = ZonedDateTime.parse(text.strip(), DateTimeFormatter.RFC_1123_DATE_TIME);
      return bounded((double) (date.toInstant().toEpochMilli() - now));
    } catch (DateTimeException e) {
      return null;
    }
  }

  private static @Nullable Long bounded(double ms) {
    return Double.isNaN(ms) ? null : (long) Math.ceil(Math.clamp(ms, 0, MAX_MS));
  }
}
