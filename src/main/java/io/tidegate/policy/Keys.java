package io.tidegate.policy;

import dev.cel.common.values.NullValue;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/** Turns an expression's value into the keys that it names. */
final class Keys {
  private Keys() {}

  static List<String> of(Object value) {
    Stream<?> elements = value instanceof Collection<?> list ? list.stream() : Stream.of(value);
    return elements.filter(Keys::names).map(String::valueOf).distinct().toList();
  }

  private static boolean names(Object value) {
    return !(value instanceof NullValue || value.equals(false) || value.equals(""));
  }
}
