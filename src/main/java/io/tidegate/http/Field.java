package io.tidegate.http;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One field of a request as it was read. After a flaw its value is the placeholder, which nobody
 * uses, because the reader raises the flaws before it hands anything out.
 *
 * @param given whether the field was there, right or wrong
 * @param value its value, or null if it was not there or wrong
 */
record Field<T>(Flaws flaws, String path, boolean given, @Nullable T value, T placeholder) {

  T required() {
    if (!given) {
      flaws.malformed(path, "is missing");
    }
    return or(placeholder);
  }

  T or(T other) {
    return value == null ? other : value;
  }

  @Nullable T orNull() {
    return value;
  }

  /** Holds the value, if there is one, against a rule. */
  Field<T> must(Predicate<T> rule, String sentence) {
    if (value != null && !rule.test(value)) {
      flaws.invalid(path, sentence);
    }
    return this;
  }
}
