package io.tidegate.hook;

import io.tidegate.run.Time;
import java.util.ArrayList;
import java.util.List;

/** Time that a test turns, and event loops read. */
final class HandTime implements Time {
  private final List<Task> tasks = new ArrayList<>();
  private long now = 1_790_000_000_000L;

  private record Task(long at, Runnable work, Object identity) {}

  @Override
  public synchronized long now() {
    return now;
  }

  @Override
  public long nanos() {
    return now() * 1_000_000;
  }

  @Override
  public synchronized Timer after(long ms, Runnable work) {
    var task = new Task(now + ms, work, new Object());
    tasks.add(task);
    return () -> cancel(task);
  }

  private synchronized void cancel(Task task) {
    tasks.removeIf(other -> other.identity() == task.identity());
  }

  void advance(long ms) {
    due(ms).forEach(task -> task.work().run());
  }

  private synchronized List<Task> due(long ms) {
    now += ms;
    var due = tasks.stream().filter(task -> task.at() <= now).toList();
    tasks.removeAll(due);
    return due;
  }
}
