package io.tidegate.run;

import io.tidegate.loop.Entry;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * The last entries that this process has in the journal, in case the store loses them in a
 * fail-over. A store with asynchronous replicas loses what it took in the moments before, so a few
 * seconds of them are enough.
 */
final class Recent {
  private static final int MOST = 256;
  private static final long KEPT_MS = 20_000;

  private final Deque<Entry> entries = new ArrayDeque<>();

  void add(List<Entry> durable) {
    if (durable.isEmpty()) {
      return;
    }
    entries.addAll(durable);
    long old = entries.getLast().at() - KEPT_MS;
    while (entries.size() > MOST || entries.getFirst().at() < old) {
      entries.removeFirst();
    }
  }

  /** The entries after a seq, if all of them are known. */
  Optional<List<Entry>> after(long seq) {
    if (entries.isEmpty() || entries.getFirst().seq() > seq + 1) {
      return Optional.empty();
    }
    return Optional.of(entries.stream().filter(entry -> entry.seq() > seq).toList());
  }

  /** They have other places now. */
  void clear() {
    entries.clear();
  }
}
