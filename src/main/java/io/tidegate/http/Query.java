package io.tidegate.http;

import io.vertx.core.MultiMap;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The query of a request, read parameter by parameter; {@link #done} raises everything that is
 * wrong with it at once.
 */
final class Query {
  private final MultiMap parameters;
  private final Flaws flaws = new Flaws();

  Query(MultiMap parameters) {
    this.parameters = parameters;
  }

  /** Raises a {@link Problem} if there are parameters that the endpoint does not know. */
  static void onlyKnown(MultiMap parameters, Set<String> known) {
    var flaws = new Flaws();
    for (var name : parameters.names()) {
      if (!known.contains(name)) {
        flaws.malformed("?" + name, "is not a known parameter");
      }
    }
    flaws.raise();
  }

  @Nullable String text(String name) {
    var values = parameters.getAll(name);
    if (values.size() > 1) {
      flaws.malformed("?" + name, "was given " + values.size() + " times");
    }
    return values.isEmpty() || values.get(0).isEmpty() ? null : values.get(0);
  }

  /** A whole number from least to most. */
  long whole(String name, long least, long most, long otherwise) {
    var text = text(name);
    if (text == null) {
      return otherwise;
    }
    if (!text.matches("\\d{1,18}")) {
      flaws.malformed("?" + name, "must be a whole number");
      return otherwise;
    }
    long value = Long.parseLong(text);
    if (value < least || value > most) {
      flaws.invalid("?" + name, "must be from " + least + " to " + most);
    }
    return value;
  }

  /** A place in a session's log; 0 if it is missing. */
  long seq(String name) {
    return whole(name, 0, Long.MAX_VALUE, 0);
  }

  /** A time as RFC 3339 writes it, or in milliseconds since 1970; null if it is missing. */
  @Nullable Long time(String name) {
    var text = text(name);
    if (text == null || text.matches("\\d{1,18}")) {
      return text == null ? null : Long.valueOf(text);
    }
    try {
      return OffsetDateTime.parse(text).toInstant().toEpochMilli();
    } catch (DateTimeException | ArithmeticException e) {
      flaws.malformed(
          "?" + name, "must be a time such as 2026-01-31T12:00:00Z, or milliseconds since 1970");
      return null;
    }
  }

  /** A day such as 2026-01-31. */
  LocalDate date(String name, LocalDate otherwise) {
    var text = text(name);
    try {
      return text == null ? otherwise : LocalDate.parse(text);
    } catch (DateTimeException e) {
      flaws.malformed("?" + name, "must be a day such as 2026-01-31");
      return otherwise;
    }
  }

  /** One of the enum's constants, in lower case. */
  <E extends Enum<E>> @Nullable E choice(String name, Class<E> type) {
    var text = text(name);
    if (text == null) {
      return null;
    }
    var constants = type.getEnumConstants();
    for (var constant : constants) {
      if (constant.name().toLowerCase(Locale.ROOT).equals(text)) {
        return constant;
      }
    }
    flaws.invalid(
        "?" + name,
        Arrays.stream(constants)
            .map(constant -> constant.name().toLowerCase(Locale.ROOT))
            .collect(Collectors.joining(", ", "must be one of ", "")));
    return null;
  }

  void done() {
    flaws.raise();
  }
}
