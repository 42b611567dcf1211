package io.tidegate.app;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Random faults of all kinds: {@code -Dseed=} and {@code -Dchaos.seconds=} say which and how long.
 */
class ChaosFaultIT {
  private static final int GATEWAYS = 3;

  @Test
  @Timeout(value = 30, unit = TimeUnit.MINUTES)
  void everythingIsAccountedForAfterAMinuteOfRandomFaults() {
    long seed = Long.getLong("seed", System.nanoTime() & 0xffff);
    try (var fleet = Fleet.open(GATEWAYS)) {
      new Chaos(fleet, seed, Long.getLong("chaos.seconds", 60)).play();
    }
  }
}
