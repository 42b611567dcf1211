package io.tidegate.http;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what another thread does. */
final class Eventually {
  private static final long NANOS = Duration.ofSeconds(20).toNanos();
  private static final long STEP = Duration.ofMillis(2).toNanos();

  private Eventually() {}

  static void until(BooleanSupplier holds) {
    long end = System.nanoTime() + NANOS;
    while (!holds.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("it did not come true within 20 s");
      }
      LockSupport.parkNanos(STEP);
    }
  }
}
