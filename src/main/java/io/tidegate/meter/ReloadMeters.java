package io.tidegate.meter;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** Counts what became of configurations that were written while the gateway ran. */
public final class ReloadMeters {
  private final LongSupplier now;
  private final Counter applied;
  private final Counter refused;
  private final AtomicInteger refusedNow = new AtomicInteger();
  private final AtomicInteger waitingNow = new AtomicInteger();
  private final AtomicLong appliedAtMs;

  /**
   * @param now milliseconds since 1970
   */
  public ReloadMeters(MeterRegistry registry, LongSupplier now) {
    this.now = now;
    applied = counter(registry, "applied");
    refused = counter(registry, "refused");
    appliedAtMs = new AtomicLong(now.getAsLong());
    Gauge.builder("tidegate.config.refused", refusedNow::get)
        .description("1 while the configuration that is written can't be used, and an older one is")
        .register(registry);
    Gauge.builder("tidegate.config.awaits.restart", waitingNow::get)
        .description("1 while a change of the configuration waits for a restart")
        .register(registry);
    Gauge.builder(
            "tidegate.config.applied.time",
            () -> (double) appliedAtMs.get() / TimeUnit.SECONDS.toMillis(1))
        .description("When the configuration came into use that goes now, in seconds since 1970")
        .baseUnit("seconds")
        .register(registry);
  }

  private static Counter counter(MeterRegistry registry, String outcome) {
    return Counter.builder("tidegate.config.reloads")
        .description("Configurations that were written while the gateway ran, by outcome")
        .tag("outcome", outcome)
        .register(registry);
  }

  /** One is in use now; some of it may wait for a restart. */
  public void applied(boolean waits) {
    refusedNow.set(0);
    waitingNow.set(waits ? 1 : 0);
    appliedAtMs.set(now.getAsLong());
    applied.increment();
  }

  /** One can't be used, and all is as before. */
  public void refused() {
    refusedNow.set(1);
    refused.increment();
  }
}
