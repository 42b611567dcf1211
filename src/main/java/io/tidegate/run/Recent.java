package io.tidegate.run;

import io.tidegate.loop.Entry;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

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

  boolean isEmpty() {
    return entries.isEmpty();
  }

  /** The seq of the oldest. */
  long first() {
    return entries.getFirst().seq();
  }

  /** Whether another entry is known at that place than the one with that tag. */
  boolean contradicts(long seq, int tag) {
    return entries.stream().anyMatch(entry -> entry.seq() == seq && !entry.mayBe(seq, tag));
  }

  /**
   * The seq up to which a log is the one that is known, or 0 if it has nothing of that.
   *
   * @param log its entries from {@link #first} on
   */
  long common(List<Entry> log) {
    var known = entries.iterator();
    long common = 0;
    for (var stored : log) {
      if (!known.hasNext() || !known.next().mayBe(stored.seq(), stored.tag())) {
        break;
      }
      common = stored.seq();
    }
    return common;
  }

  /** The entries after a seq. */
  List<Entry> after(long seq) {
    return entries.stream().filter(entry -> entry.seq() > seq).toList();
  }

  /** What stood after a seq is lost. */
  void rewind(long seq) {
    entries.removeIf(entry -> entry.seq() > seq);
  }
}
