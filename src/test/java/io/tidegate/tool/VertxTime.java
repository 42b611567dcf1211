package io.tidegate.tool;

import io.tidegate.run.Time;
import io.vertx.core.Vertx;

/** Real time. */
record VertxTime(Vertx vertx) implements Time {

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
    long id = vertx.setTimer(Math.max(1, ms), fired -> task.run());
    return () -> vertx.cancelTimer(id);
  }
}
