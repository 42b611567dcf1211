package io.tidegate.app;

import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongConsumer;

/** Gives each event loop something to do from time to time, and measures how long it waits. */
final class LoopLag {
  static final long PERIOD_MS = 1_000;

  private final Iterable<EventExecutor> loops;
  private final LongConsumer lag;
  private final Map<EventExecutor, AtomicBoolean> waits = new ConcurrentHashMap<>();

  /**
   * @param lag gets each wait, in nanoseconds
   */
  LoopLag(Vertx vertx, LongConsumer lag) {
    this.loops = ((VertxInternal) vertx).nettyEventLoopGroup();
    this.lag = lag;
  }

  /** A loop that has not come to the last task yet gets no other. */
  void probe() {
    for (var loop : loops) {
      var waiting = waits.computeIfAbsent(loop, _ -> new AtomicBoolean());
      if (waiting.compareAndSet(false, true)) {
        long sent = System.nanoTime();
        loop.execute(
            () -> {
              waiting.set(false);
              lag.accept(System.nanoTime() - sent);
            });
      }
    }
  }
}
