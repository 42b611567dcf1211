package io.tidegate.app.demo;

import io.tidegate.app.demo.Metrics.Sample;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One breaker as its counters show it. Several changes between two looks are put in the one order
 * that breakers know.
 */
final class BreakerView {
  private static final Map<String, List<String>> NEXT =
      Map.of(
          "closed", List.of("open", "half_open"),
          "open", List.of("half_open", "closed"),
          "half_open", List.of("open", "closed"));

  private final Map<String, Long> seen = new HashMap<>();
  private String state = "closed";

  /** What changed since the last look, in words. */
  List<String> see(List<Sample> transitions) {
    var left = new HashMap<String, Long>();
    for (var sample : transitions) {
      var to = sample.label("state");
      long count = Math.round(sample.value());
      left.put(to, count - seen.getOrDefault(to, 0L));
      seen.put(to, count);
    }
    var changes = new ArrayList<String>();
    for (var next = next(left); next != null; next = next(left)) {
      changes.add("%s -> %s".formatted(state, next).replace('_', '-'));
      left.merge(next, -1L, Long::sum);
      state = next;
    }
    return changes;
  }

  private @Nullable String next(Map<String, Long> left) {
    return NEXT.getOrDefault(state, List.of()).stream()
        .filter(to -> left.getOrDefault(to, 0L) > 0)
        .findFirst()
        .orElse(null);
  }
}
