package io.tidegate.http;

import io.tidegate.run.Time;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Time in which nothing falls due until the test says so; tasks run on their contexts. */
final class FastTime implements Time {
  private final Vertx vertx;
  private final List<Waiting> waiting = new CopyOnWriteArrayList<>();

  FastTime(Vertx vertx) {
    this.vertx = vertx;
  }

  private record Waiting(long ms, io.vertx.core.Context context, Runnable task) {}

  @Override
  public long now() {
    return System.currentTimeMillis();
  }

  @Override
  public long nanos() {
    return System.nanoTime();
  }

  @Override
  public Timer after(long ms, Runnable task) {
    var entry = new Waiting(ms, vertx.getOrCreateContext(), task);
    waiting.add(entry);
    return () -> waiting.remove(entry);
  }

  /** Runs all tasks that wait for that many milliseconds, each on its context. */
  void pass(long ms) {
    for (var entry : List.copyOf(waiting)) {
      if (entry.ms() == ms && waiting.remove(entry)) {
        entry.context().runOnContext(turn -> entry.task().run());
      }
    }
  }

  /** How many tasks wait. */
  int waiting() {
    return waiting.size();
  }
}
