package io.tidegate.config;

import io.tidegate.guard.BreakerSettings;
import io.tidegate.guard.GuardSettings.Health;
import io.tidegate.loop.Pin.Target;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads how much a model's target is trusted with. A target that several models name is one
 * neighbour: what they say of it must be the same, and one that says nothing agrees with all.
 */
final class HealthReader {
  private final Map<String, Health> found = new LinkedHashMap<>();

  /**
   * Notes what the target's section says of it.
   *
   * @param retryBudget the share of its questions that may be retries, or null if it does not say
   */
  void read(Section section, Target target, @Nullable Double retryBudget) {
    boolean said = section.has("breaker") || section.has("concurrency") || retryBudget != null;
    Health health = health(section, target, retryBudget);
    Health known = found.get(target.name());
    if (said && known != null && !known.equals(health) && !known.equals(standard(target))) {
      section.error(
          "model",
          "is a target with another breaker, concurrency or retry budget elsewhere; they go for"
              + " '%s' as a whole, so name them once".formatted(target.name()));
    }
    if (said || known == null) {
      found.put(target.name(), health);
    }
  }

  /** By the names of targets. */
  Map<String, Health> found() {
    return found;
  }

  private static Health standard(Target target) {
    var standard = Health.DEFAULT;
    return new Health(breaker(target), standard.concurrency(), 0, standard.retryBudget());
  }

  /** By default no answer that comes in time is slow. */
  private static BreakerSettings breaker(Target target) {
    return BreakerSettings.DEFAULT.withSlowMs(target.timeout().firstChunkMs());
  }

  private static Health health(Section section, Target target, @Nullable Double retryBudget) {
    var standard = standard(target);
    var concurrency = Concurrency.limits(section, standard.concurrency());
    return new Health(
        section
            .section("breaker")
            .map(breaker -> breaker(breaker, standard.breaker()))
            .orElse(standard.breaker()),
        concurrency.replica(),
        concurrency.cluster(),
        retryBudget == null ? standard.retryBudget() : retryBudget);
  }

  static BreakerSettings breaker(Section breaker, BreakerSettings standard) {
    int window = breaker.integer("calls", 1, 10_000).orElse(standard.window());
    return new BreakerSettings(
        share(breaker, "failure-rate", standard.failureRate()),
        share(breaker, "slow-rate", standard.slowRate()),
        breaker.duration("slow").orElse(standard.slowMs()),
        window,
        breaker
            .integer("minimum-calls", 1, window)
            .orElse(Math.min(window, standard.minimumCalls())),
        breaker.duration("open").orElse(standard.openMs()),
        breaker.integer("probes", 1, 100).orElse(standard.probes()),
        breaker.duration("slow-start").orElse(standard.slowStartMs()));
  }

  private static double share(Section breaker, String key, double standard) {
    return breaker.percent(key).check(share -> share > 0, "must be more than 0%").orElse(standard);
  }
}
