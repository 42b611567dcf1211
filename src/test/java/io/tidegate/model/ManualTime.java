package io.tidegate.model;

import io.tidegate.run.Time;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Time whose hands a test turns; due tasks run on the thread that turns them. */
final class ManualTime implements Time {
  private final List<Alarm> alarms = new ArrayList<>();
  private long ms;

  /** Turns the hands, and runs what becomes due, in order. */
  void advance(long by) {
    long until = now() + by;
    for (Alarm due = next(until); due != null; due = next(until)) {
      due.task.run();
    }
    set(until);
  }

  /** How many timers wait. */
  synchronized int waiting() {
    return alarms.size();
  }

  @Override
  public synchronized long now() {
    return ms;
  }

  @Override
  public synchronized long nanos() {
    return ms * 1_000_000;
  }

  @Override
  public synchronized Timer after(long delay, Runnable task) {
    var alarm = new Alarm(ms + delay, task);
    alarms.add(alarm);
    return () -> remove(alarm);
  }

  private synchronized Alarm next(long until) {
    Alarm due =
        alarms.stream()
            .filter(a -> a.at <= until)
            .min(Comparator.comparing(Alarm::at))
            .orElse(null);
    if (due != null) {
      alarms.remove(due);
      ms = due.at;
    }
    return due;
  }

  private synchronized void set(long until) {
    ms = until;
  }

  private synchronized void remove(Alarm alarm) {
    alarms.remove(alarm);
  }

  /** Each is its own: two may wait for the same at the same time. */
  private static final class Alarm {
    private final long at;
    private final Runnable task;

    Alarm(long at, Runnable task) {
      this.at = at;
      this.task = task;
    }

    long at() {
      return at;
    }
  }
}
