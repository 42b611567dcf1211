package io.tidegate.guard;

import io.tidegate.loop.Pin.Target;
import io.tidegate.run.Quotas.Rates;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How carefully models are asked.
 *
 * @param targets by {@link Target#name}
 * @param providers by their names in the configuration
 */
public record GuardSettings(Map<String, Health> targets, Map<String, Keys> providers) {
  public static final GuardSettings NONE = new GuardSettings(Map.of(), Map.of());

  public GuardSettings {
    targets = Map.copyOf(targets);
    providers = Map.copyOf(providers);
  }

  /**
   * These in place of others, but for the targets that there were: they may be in use, and stay as
   * they are.
   */
  public GuardSettings after(GuardSettings before) {
    var all = new HashMap<>(targets);
    all.putAll(before.targets);
    return new GuardSettings(all, providers);
  }

  /** The target's, or the usual ones. */
  public Health of(Target target) {
    var known = targets.get(target.name());
    return known != null ? known : Health.DEFAULT;
  }

  /** Those of the target's provider, or one key without limits. */
  public Keys keysOf(Target target) {
    var known = providers.get(target.provider());
    return known != null ? known : Keys.ONE;
  }

  /**
   * How much a target is trusted with.
   *
   * @param concurrency questions that one replica has under way with it at a time
   * @param cluster questions that all replicas together have under way with it at a time; 0 for no
   *     limit
   * @param retryBudget the share of its questions that may be retries, from 0 to 1
   */
  public record Health(BreakerSettings breaker, int concurrency, int cluster, double retryBudget) {
    public static final Health DEFAULT = new Health(BreakerSettings.DEFAULT, 1_000, 0, 0.2);
  }

  /**
   * A provider's keys.
   *
   * @param names one name for each key, which tells nothing of it; at least one
   * @param rates the most that each key may ask of each model
   */
  public record Keys(List<String> names, Rates rates) {
    public static final Keys ONE = new Keys(List.of("0"), Rates.NONE);

    public Keys {
      names = List.copyOf(names);
      if (names.isEmpty()) {
        throw new IllegalArgumentException("a provider has at least one key, maybe an empty one");
      }
    }
  }
}
