package io.tidegate.config;

import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What stands at a key: a value, nothing, or something wrong that was reported already, so that
 * reading can go on and find the next error.
 */
final class Value<T> {
  private final Report report;
  private final Place at;
  private final @Nullable T value;
  private final boolean wrong;

  private Value(Report report, Place at, @Nullable T value, boolean wrong) {
    this.report = report;
    this.at = at;
    this.value = value;
    this.wrong = wrong;
  }

  static <T> Value<T> of(Report report, Place at, T value) {
    return new Value<>(report, at, value, false);
  }

  static <T> Value<T> absent(Report report, Place at) {
    return new Value<>(report, at, null, false);
  }

  static <T> Value<T> wrong(Report report, Place at, String sentence) {
    report.error(at, sentence);
    return new Value<>(report, at, null, true);
  }

  /** Something wrong that was reported before. */
  static <T> Value<T> reported(Report report, Place at) {
    return new Value<>(report, at, null, true);
  }

  T orElse(T other) {
    return value == null ? other : value;
  }

  @Nullable T orNull() {
    return value;
  }

  boolean present() {
    return value != null || wrong;
  }

  /** The value; without one an error is reported and the stand-in returned. */
  T required(T standIn) {
    if (!present()) {
      report.error(at, "is missing");
    }
    return orElse(standIn);
  }

  /** Reports the sentence, which does not show the value, unless the test holds. */
  Value<T> check(Predicate<? super T> test, String sentence) {
    return value == null || test.test(value) ? this : wrong(report, at, sentence);
  }

  /** Reports each problem that is found in the value. */
  Value<T> verify(Function<? super T, List<String>> problems) {
    List<String> found = value == null ? List.of() : problems.apply(value);
    found.forEach(problem -> report.error(at, problem));
    return found.isEmpty() ? this : reported(report, at);
  }

  <R> Value<R> map(Function<? super T, ? extends R> mapper) {
    return new Value<>(report, at, value == null ? null : mapper.apply(value), wrong);
  }
}
