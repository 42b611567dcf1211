package io.tidegate.app;

import io.tidegate.run.Time;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import java.util.concurrent.TimeUnit;

/**
 * The machine's clocks and the event loops' timers. Each stream has some timers for as long as it
 * lasts, and one of Vert.x takes twice as much memory.
 */
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
    var context = (ContextInternal) vertx.getOrCreateContext();
    var due =
        context
            .nettyEventLoop()
            .schedule(() -> context.emit(_ -> task.run()), Math.max(1, ms), TimeUnit.MILLISECONDS);
    return () -> due.cancel(false);
  }
}
