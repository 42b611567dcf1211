package io.tidegate.meter;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import java.util.function.Supplier;

/** Measures the process: memory, garbage collection, threads, processor, files. */
public final class ProcessMeters implements AutoCloseable {
  private final JvmGcMetrics collection = new JvmGcMetrics();

  /**
   * @param directBytes memory outside the heap that buffers of connections take
   */
  public ProcessMeters(MeterRegistry registry, Supplier<Number> directBytes) {
    new JvmMemoryMetrics().bindTo(registry);
    collection.bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    Gauge.builder("tidegate.direct.memory", directBytes)
        .description("Memory outside the heap that buffers of connections take")
        .baseUnit("bytes")
        .register(registry);
  }

  @Override
  public void close() {
    collection.close();
  }
}
