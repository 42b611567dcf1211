package io.tidegate.run;

import io.tidegate.loop.Entry;
import io.tidegate.loop.RunState;
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

  /** The place and the tag of the entry before them. */
  private long from;

  private int fromTag;

  Recent(RunState before) {
    restart(before);
  }

  /** Forgets all: what comes next comes after that state. */
  void restart(RunState before) {
    entries.clear();
    from = before.head();
    fromTag = before.tag();
  }

  void add(List<Entry> durable) {
    if (durable.isEmpty()) {
      return;
    }
    entries.addAll(durable);
    long old = entries.getLast().at() - KEPT_MS;
    while (entries.size() > MOST || entries.getFirst().at() < old) {
      var last = entries.removeFirst();
      from = last.seq();
      fromTag = last.tag();
    }
  }

  boolean isEmpty() {
    return entries.isEmpty();
  }

  /** The seq of the entry before them. */
  long from() {
    return from;
  }

  /** Whether another entry is known at that place than the one with that tag. */
  boolean contradicts(long seq, int tag) {
    return entries.stream().anyMatch(entry -> entry.seq() == seq && !entry.mayBe(seq, tag));
  }

  /**
   * The seq up to which a log is the one that is known, or 0 if it has nothing of that.
   *
   * @param log its entries with {@link #from} and after
   */
  long common(List<Entry> log) {
    var known = entries.iterator();
    long common = 0;
    for (var stored : log) {
      boolean same =
          stored.seq() == from
              ? stored.mayBe(from, fromTag)
              : known.hasNext() && known.next().mayBe(stored.seq(), stored.tag());
      if (!same) {
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

  /** What stands after a seq is lost; the entry there is known. */
  void rewind(long seq) {
    entries.removeIf(entry -> entry.seq() > seq);
  }
}
