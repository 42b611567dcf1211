package io.tidegate.run;

import java.util.Map;

/**
 * How much of the gateway each tenant may take.
 *
 * @param concurrentRuns how many of its runs may be under way at a time, over all replicas, by
 *     tenant; one that is not named has no limit of its own
 */
public record TenantLimits(Map<String, Integer> concurrentRuns) {
  public static final TenantLimits NONE = new TenantLimits(Map.of());

  public TenantLimits {
    concurrentRuns = Map.copyOf(concurrentRuns);
  }
}
