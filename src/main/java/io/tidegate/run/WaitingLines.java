package io.tidegate.run;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Lines by name, each first come first served; one that is empty is forgotten. Thread-safe. */
final class WaitingLines<W> {
  private final Map<String, Deque<W>> lines = new HashMap<>();

  synchronized void join(String line, W waiter) {
    lines.computeIfAbsent(line, _ -> new ArrayDeque<>()).add(waiter);
  }

  /** Joins the first of these lines in which somebody waits; false if nobody does in any. */
  synchronized Optional<String> joinIfAny(List<String> names, W waiter) {
    var found = names.stream().filter(lines::containsKey).findFirst();
    found.ifPresent(line -> join(line, waiter));
    return found;
  }

  /** Leaves the line, and gives who is the first now if that was another before. */
  synchronized Optional<W> leave(String line, W waiter) {
    var all = lines.get(line);
    if (all == null) {
      return Optional.empty();
    }
    boolean first = waiter.equals(all.peek());
    all.remove(waiter);
    if (all.isEmpty()) {
      lines.remove(line);
    }
    return first ? Optional.ofNullable(all.peek()) : Optional.empty();
  }

  synchronized Optional<W> first(String line) {
    var all = lines.get(line);
    return all == null ? Optional.empty() : Optional.ofNullable(all.peek());
  }

  synchronized boolean isFirst(String line, W waiter) {
    return first(line).filter(waiter::equals).isPresent();
  }
}
