package io.tidegate.simulator.fault;

import io.tidegate.simulator.fault.Order.Scope;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** Who is struck when. Shared by all event loops, so it locks; nothing in it takes long. */
public final class Faults {
  private static final int STANDING_MAX = 100;
  private static final int DIRECTIVES_MAX = 10_000;

  private final Random random;
  private final List<Standing> standing = new ArrayList<>();
  private final Map<String, Integer> struckByDirective = new LruCounts();

  /** The same seed and the same requests in the same order give the same failures. */
  public Faults(long seed) {
    random = new Random(seed);
  }

  /** Puts an order up; it takes the place of one with the same target and kind. */
  public synchronized void put(Order order) {
    standing.removeIf(known -> order.replaces(known.order));
    if (standing.size() >= STANDING_MAX) {
      throw new IllegalArgumentException(
          "There are %d orders already; DELETE some first.".formatted(STANDING_MAX));
    }
    standing.add(new Standing(order));
  }

  public synchronized void clear() {
    standing.clear();
    struckByDirective.clear();
  }

  public synchronized List<Map<String, Object>> shown() {
    return standing.stream().map(known -> known.order.shown(known.struck)).toList();
  }

  /** The first order for this request that strikes; the key is the one that it came with. */
  public synchronized Optional<Fault> strike(Scope scope, String target, String key, int turn) {
    return standing.stream()
        .filter(known -> known.order.isFor(scope, target, key, turn))
        .filter(this::strikes)
        .findFirst()
        .map(known -> known.order.fault());
  }

  /** Whether the order in a request's own directive strikes; equal directives count together. */
  public synchronized Optional<Fault> strike(String directive, Order order, int turn) {
    int struck = struckByDirective.getOrDefault(directive, 0);
    boolean due = order.turn() == null || order.turn() == turn;
    if (!due || usedUp(order, struck) || !chance(order)) {
      return Optional.empty();
    }
    struckByDirective.put(directive, struck + 1);
    return Optional.of(order.fault());
  }

  private boolean strikes(Standing known) {
    if (usedUp(known.order, known.struck) || !chance(known.order)) {
      return false;
    }
    known.struck++;
    return true;
  }

  private static boolean usedUp(Order order, int struck) {
    return order.times() != null && struck >= order.times();
  }

  private boolean chance(Order order) {
    return order.probability() >= 1 || random.nextDouble() < order.probability();
  }

  /** An order that stands until it is taken down. */
  private static final class Standing {
    final Order order;
    int struck;

    Standing(Order order) {
      this.order = order;
    }
  }

  /** Forgets the directive that was used longest ago. */
  private static final class LruCounts extends LinkedHashMap<String, Integer> {
    LruCounts() {
      super(64, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, Integer> eldest) {
      return size() > DIRECTIVES_MAX;
    }
  }
}
