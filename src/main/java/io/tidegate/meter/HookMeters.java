package io.tidegate.meter;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.tidegate.run.HookListener;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Counts what becomes of deliveries to webhooks. */
public final class HookMeters implements HookListener {
  private final MeterProvider<Counter> tries;
  private final Timer duration;

  public HookMeters(MeterRegistry registry) {
    tries =
        Counter.builder("tidegate.webhook.tries")
            .description("Deliveries to webhooks that were tried, by outcome")
            .withRegistry(registry);
    duration =
        Timer.builder("tidegate.webhook.duration")
            .description("From a delivery's request to its answer or failure")
            .serviceLevelObjectives(Buckets.TOOL)
            .register(registry);
  }

  @Override
  public void tried(Outcome outcome, long nanos) {
    tries.withTags("outcome", outcome.name().toLowerCase(Locale.ROOT)).increment();
    duration.record(nanos, TimeUnit.NANOSECONDS);
  }
}
