package io.tidegate.meter;

import java.time.Duration;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Bounds of histogram buckets; those of tools, models and runs are what the OpenTelemetry semantic
 * conventions for generative AI advise.
 */
final class Buckets {
  static final Duration[] TOOL = doubling(10, 14);
  static final Duration[] MODEL = doubling(10, 14);
  static final Duration[] RUN = doubling(100, 13);
  static final Duration[] APPEND = doubling(1, 12);
  static final Duration[] WAIT = doubling(100, 20);

  /** As the conventions for generative AI advise. */
  static final double[] TOKENS = {
    1, 4, 16, 64, 256, 1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304
  };

  /** As the conventions for HTTP advise. */
  static final Duration[] REQUEST =
      LongStream.of(5, 10, 25, 50, 75, 100, 250, 500, 750, 1_000, 2_500, 5_000, 7_500, 10_000)
          .mapToObj(Duration::ofMillis)
          .toArray(Duration[]::new);

  static final double[] WIDTH = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512};

  /** Of a limit; a call that was estimated too low may go beyond it. */
  static final double[] SHARE = {0.1, 0.25, 0.5, 0.75, 0.9, 1};

  private Buckets() {}

  private static Duration[] doubling(long firstMs, int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> Duration.ofMillis(firstMs << i))
        .toArray(Duration[]::new);
  }
}
