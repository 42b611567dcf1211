package io.tidegate.simulator.scenario;

import com.dashjoin.jsonata.JException;
import com.dashjoin.jsonata.Jsonata;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A JSONata expression over a conversation. Used by one thread at a time. */
final class Expression {
  private static final int RUNTIME_MS_MAX = 1_000;
  private static final int DEPTH_MAX = 200;

  private final String source;
  private final Jsonata compiled;

  Expression(String source) {
    this.source = source;
    try {
      this.compiled = Jsonata.jsonata(source);
    } catch (JException e) {
      throw new IllegalArgumentException(
          "'%s' is no JSONata expression: %s".formatted(source, e.getMessage()), e);
    }
  }

  /** The value, or null if the expression leads nowhere. */
  @Nullable Object value(Map<String, Object> view, Map<String, @Nullable Object> names) {
    var frame = compiled.createFrame();
    frame.setRuntimeBounds(RUNTIME_MS_MAX, DEPTH_MAX);
    names.forEach((name, value) -> frame.bind(name, value));
    try {
      return compiled.evaluate(view, frame);
    } catch (JException e) {
      throw new IllegalArgumentException("'%s' fails: %s".formatted(source, e.getMessage()), e);
    }
  }

  boolean holds(Map<String, Object> view, Map<String, @Nullable Object> names) {
    return Boolean.TRUE.equals(value(view, names));
  }
}
