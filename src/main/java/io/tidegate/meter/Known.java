package io.tidegate.meter;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Meters by the value of one of their labels, each looked for in the registry once: counting then
 * makes no objects. Labels that come when it is full are looked for each time.
 */
final class Known<K, M> {
  static final int MOST = 10_000;

  private final Map<K, M> byLabel = new ConcurrentHashMap<>();
  private final Function<K, M> find;

  Known(Function<K, M> find) {
    this.find = find;
  }

  M of(K label) {
    var known = byLabel.get(label);
    return known == null ? add(label) : known;
  }

  private M add(K label) {
    return byLabel.size() < MOST ? byLabel.computeIfAbsent(label, find) : find.apply(label);
  }
}
