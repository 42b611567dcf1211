package io.tidegate.testing;

import io.tidegate.run.Time;
import java.util.Comparator;
import java.util.PriorityQueue;

/** Time that stands still until the test turns its hands; tasks run on the thread that does. */
public final class ManualTime implements Time {
  private static final long START = 1_700_000_000_000L;

  private final PriorityQueue<Waiting> waiting =
      new PriorityQueue<>(Comparator.comparingLong(Waiting::due).thenComparingLong(Waiting::order));
  private long elapsedMs;
  private long order;

  @Override
  public long now() {
    return START + elapsedMs;
  }

  @Override
  public long nanos() {
    return elapsedMs * 1_000_000;
  }

  @Override
  public Timer after(long ms, Runnable task) {
    var entry = new Waiting(elapsedMs + ms, order++, task);
    waiting.add(entry);
    return () -> waiting.remove(entry);
  }

  /** Turns the hands forward; what falls due on the way runs at its time, in order. */
  public void advance(long ms) {
    long until = elapsedMs + ms;
    for (var next = waiting.peek(); next != null && next.due <= until; next = waiting.peek()) {
      waiting.remove();
      elapsedMs = Math.max(elapsedMs, next.due);
      next.task.run();
    }
    elapsedMs = until;
  }

  /** Time goes on and the process does not: what falls due runs late, when the hands turn again. */
  public void standStill(long ms) {
    elapsedMs += ms;
  }

  /** How many tasks wait for their time. */
  public int waiting() {
    return waiting.size();
  }

  private record Waiting(long due, long order, Runnable task) {
    // Two timers are never equal, so that cancelling one leaves the other.
    @Override
    public boolean equals(Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      return Long.hashCode(order);
    }
  }
}
