package io.tidegate.tool;

import io.tidegate.run.Ids;
import io.tidegate.run.Time;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/**
 * How long to wait before the next try: exponential with full jitter, or as long as the tool asked
 * in {@code Retry-After} (RFC 9110 section 10.2.3).
 */
record Backoff(ToolSettings.Retry retry, Time time, Ids ids) {
  private static final int MAX_DOUBLINGS = 10;

  /** Milliseconds to wait after that many attempts, or -1 if there is to be no other. */
  long waitMs(int made, @Nullable String retryAfter) {
    if (made >= retry.attempts()) {
      return -1;
    }
    long asked = retryAfter == null ? -1 : asked(retryAfter.strip());
    return asked >= 0 ? asked : jitter(made);
  }

  private long jitter(int made) {
    long ceiling =
        Math.min(retry.maxDelayMs(), retry.delayMs() << Math.min(made - 1, MAX_DOUBLINGS));
    return (long) (ids.fraction() * ceiling);
  }

  /** Seconds or a date; -1 if it is neither. */
  private long asked(String retryAfter) {
    try {
      if (retryAfter.chars().allMatch(c -> c >= '0' && c <= '9')) {
        return Duration.ofSeconds(Long.parseLong(retryAfter)).toMillis();
      }
      Instant date =
          ZonedDateTime.parse(retryAfter, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      return Math.max(0, date.toEpochMilli() - time.now());
    } catch (DateTimeException | NumberFormatException | ArithmeticException e) {
      return -1;
    }
  }
}
