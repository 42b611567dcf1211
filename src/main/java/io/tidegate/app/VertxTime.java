package io.tidegate.app;

import io.tidegate.run.Time;
import io.vertx.core.Vertx;

/** The machine's clocks and Vert.x's timers. */
final class VertxTime implements Time {
  private final Vertx vertx;

  VertxTime(Vertx vertx) {
    this.vertx = vertx;
  }

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
    long id = vertx.setTimer(Math.max(1, ms), _ -> task.run());
    return () -> vertx.cancelTimer(id);
  }
}
