package io.tidegate.meter;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;

/** Names families of meters in a registry. */
record Families(MeterRegistry registry) {
  MeterProvider<Counter> counter(String name, String description) {
    return Counter.builder(name).description(description).withRegistry(registry);
  }

  MeterProvider<Timer> timer(String name, String description, Duration[] buckets) {
    return Timer.builder(name)
        .description(description)
        .serviceLevelObjectives(buckets)
        .withRegistry(registry);
  }

  /** One without labels. */
  Counter only(String name, String description) {
    return counter(name, description).withTags();
  }
}
