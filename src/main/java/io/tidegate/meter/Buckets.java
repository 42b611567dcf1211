package io.tidegate.meter;

import java.time.Duration;
import java.util.stream.IntStream;

/**
 * Bounds of histogram buckets; those of tools, models and runs are what the OpenTelemetry semantic
 * conventions for generative AI advise.
 */
final class Buckets {
  static final Duration[] TOOL = doubling(10, 14);
  static final Duration[] MODEL = doubling(10, 14);
  static final Duration[] RUN = doubling(100, 13);
  static final Duration[] APPEND = doubling(1, 12);
  static final double[] WIDTH = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512};

  private Buckets() {}

  private static Duration[] doubling(long firstMs, int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> Duration.ofMillis(firstMs << i))
        .toArray(Duration[]::new);
  }
}
