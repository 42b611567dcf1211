package io.tidegate.app;

import java.util.Random;

/** The seed of a test that plays with chance: {@code -Dseed=} repeats one that was printed. */
final class Seed {
  private Seed() {}

  static Random random() {
    long seed = Long.getLong("seed", System.nanoTime() & 0xffff);
    System.out.println("seed " + seed);
    return new Random(seed);
  }
}
