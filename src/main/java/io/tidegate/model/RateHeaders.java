package io.tidegate.model;

import io.tidegate.run.Quotas.Level;
import io.tidegate.run.Quotas.Told;
import io.vertx.core.MultiMap;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What an answer's headers say of the limits that it counts against: OpenAI's {@code
 * x-ratelimit-limit-requests}, {@code -remaining-requests}, {@code -reset-requests} and the same of
 * tokens, where a reset is a span such as {@code 6m0s}; Anthropic's {@code
 * anthropic-ratelimit-requests-limit}, {@code -remaining}, {@code -reset} and the same of {@code
 * tokens}, {@code input-tokens} and {@code output-tokens}, where a reset is a time of RFC 3339.
 */
final class RateHeaders {
  private static final Pattern WHOLE = Pattern.compile("\\d{1,15}");
  private static final Pattern SPAN = Pattern.compile("(\\d+(?:\\.\\d+)?)(ms|s|m|h|d)");
  private static final Map<String, Double> MILLIS =
      Map.of("ms", 1.0, "s", 1_000.0, "m", 60_000.0, "h", 3_600_000.0, "d", 86_400_000.0);

  private RateHeaders() {}

  static Told of(MultiMap headers, long now) {
    return new Told(
        tightest(openAi(headers, "requests"), anthropic(headers, "requests", now)),
        tightest(
            openAi(headers, "tokens"),
            anthropic(headers, "tokens", now),
            anthropic(headers, "input-tokens", now),
            anthropic(headers, "output-tokens", now)));
  }

  /**
   * How long it is until what is used up comes back, in milliseconds; null if nothing is, or it is
   * not said.
   */
  static @Nullable Long emptyMs(MultiMap headers, long now) {
    var told = of(headers, now);
    return Stream.of(told.requests(), told.tokens())
        .filter(level -> level.known() && level.left() == 0 && level.fullInMs() > 0)
        .map(Level::fullInMs)
        .max(Long::compare)
        .orElse(null);
  }

  private static Level openAi(MultiMap headers, String what) {
    return level(
        headers.get("x-ratelimit-limit-" + what),
        headers.get("x-ratelimit-remaining-" + what),
        span(headers.get("x-ratelimit-reset-" + what)));
  }

  private static Level anthropic(MultiMap headers, String what, long now) {
    var prefix = "anthropic-ratelimit-" + what;
    return level(
        headers.get(prefix + "-limit"),
        headers.get(prefix + "-remaining"),
        until(headers.get(prefix + "-reset"), now));
  }

  private static Level level(@Nullable String most, @Nullable String left, long fullInMs) {
    return most == null || left == null || !whole(most) || !whole(left)
        ? Level.UNKNOWN
        : new Level(Long.parseLong(most.strip()), Long.parseLong(left.strip()), fullInMs);
  }

  private static boolean whole(String text) {
    return WHOLE.matcher(text.strip()).matches();
  }

  private static Level tightest(Level... levels) {
    return List.of(levels).stream()
        .filter(Level::known)
        .min((a, b) -> Long.compare(a.left() * b.most(), b.left() * a.most()))
        .orElse(Level.UNKNOWN);
  }

  /** A span such as {@code 1h2m3.5s} or {@code 250ms}, in milliseconds; 0 if it can't be read. */
  private static long span(@Nullable String text) {
    if (text == null) {
      return 0;
    }
    double ms = 0;
    Matcher part = SPAN.matcher(text.strip());
    int read = 0;
    while (part.find() && part.start() == read) {
      ms += Double.parseDouble(part.group(1)) * MILLIS.getOrDefault(part.group(2), 0.0);
      read = part.end();
    }
    return read == text.strip().length() ? (long) Math.ceil(ms) : 0;
  }

  private static long until(@Nullable String text, long now) {
    try {
      return text == null ? 0 : Math.max(0, Instant.parse(text.strip()).toEpochMilli() - now);
    } catch (DateTimeException e) {
      return 0;
    }
  }
}
