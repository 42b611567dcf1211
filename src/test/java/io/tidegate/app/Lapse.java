package io.tidegate.app;

import java.util.concurrent.TimeUnit;

/** How long a fault lasts: the one thing in a test that takes time because it is to take time. */
final class Lapse {
  private Lapse() {}

  static void of(long ms) {
    try {
      TimeUnit.MILLISECONDS.sleep(ms);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
