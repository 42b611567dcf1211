package io.tidegate.config;

/**
 * Reads {@code concurrency}: a number, which is each replica's own, or a map of {@code replica} and
 * {@code cluster}.
 */
final class Concurrency {
  private static final String KEY = "concurrency";
  private static final int MAX = 1_000_000;

  private Concurrency() {}

  /** The limit of a replica, and that of all together, which is 0 if there is none. */
  record Limits(int replica, int cluster) {}

  static Limits limits(Section section, int standard) {
    return section.isMap(KEY)
        ? section
            .section(KEY)
            .map(
                limits ->
                    new Limits(
                        limits.integer("replica", 1, MAX).orElse(standard),
                        limits.integer("cluster", 1, MAX).orElse(0)))
            .orElse(new Limits(standard, 0))
        : new Limits(section.integer(KEY, 1, MAX).orElse(standard), 0);
  }
}
