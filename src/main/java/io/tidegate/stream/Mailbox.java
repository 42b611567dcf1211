package io.tidegate.stream;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * What is on its way from a run's context to a client's: bounded, and empty while nobody listens.
 * When it overflows it drops everything: what was dropped is in the journal.
 */
final class Mailbox {
  static final int MOST_ITEMS = 256;
  static final int MOST_BYTES = 64 * 1024;

  private final ArrayDeque<Live> items = new ArrayDeque<>();
  private final Runnable wake;
  private State state = State.CLOSED;
  private int bytes;

  /** Whether it takes things, and whether the reader is told of them. */
  private enum State {
    /** It takes nothing. */
    CLOSED,
    /** It takes things for later. */
    KEEPING,
    /** The reader wants to be woken by the next thing. */
    WAITED_FOR,
    /** Something was dropped; it takes nothing until it is opened again. */
    OVERFLOWED
  }

  /**
   * @param wake brings the reader to {@link #next}; called by the writer, once for any number of
   *     things
   */
  Mailbox(Runnable wake) {
    this.wake = wake;
  }

  /** Whether something put in now would be kept. */
  synchronized boolean isOpen() {
    return state == State.KEEPING || state == State.WAITED_FOR;
  }

  void put(Live item) {
    if (keep(item)) {
      wake.run();
    }
  }

  /** Keeps the item if it can, and says whether the reader is to be woken. */
  private synchronized boolean keep(Live item) {
    if (!isOpen()) {
      return false;
    }
    boolean waitedFor = state == State.WAITED_FOR;
    state = State.KEEPING;
    items.add(item);
    bytes += item.bytes();
    // One thing alone may be of any size: it is there already, for all who hear of it.
    if (items.size() > MOST_ITEMS || (bytes > MOST_BYTES && items.size() > 1)) {
      drop(State.OVERFLOWED);
    }
    return waitedFor;
  }

  /** Takes things from now on; what came before is to be looked for in the journal. */
  synchronized void open() {
    state = State.KEEPING;
  }

  /** Forgets everything, and takes nothing. */
  synchronized void close() {
    drop(State.CLOSED);
  }

  private void drop(State then) {
    items.clear();
    bytes = 0;
    state = then;
  }

  /** The oldest thing; null if there is none, and then the next to come wakes the reader. */
  synchronized @Nullable Live next() {
    var item = items.poll();
    if (item != null) {
      bytes -= item.bytes();
    } else if (state == State.KEEPING) {
      state = State.WAITED_FOR;
    }
    return item;
  }

  /** Whether something was dropped since it was opened. */
  synchronized boolean overflowed() {
    return state == State.OVERFLOWED;
  }

  /** Whether it has what comes after an entry: something, and nothing is missing before that. */
  synchronized boolean goesOnFrom(long seq) {
    var oldest = items.peek();
    return oldest != null && oldest.after() <= seq;
  }

  /** How many things it holds. */
  synchronized int size() {
    return items.size();
  }
}
