package io.tidegate.meter;

import io.micrometer.core.instrument.Clock;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** How metrics are shown to Prometheus. */
public final class Exposition {
  /**
   * Examples of traces stand at buckets and counters alone. OpenMetrics knows them nowhere else: a
   * Prometheus that finds one at a histogram's count takes nothing of the whole page.
   */
  private static final String EXEMPLARS = "io.prometheus.exporter.exemplarsOnAllMetricTypes";

  private static final String OPEN_METRICS =
      "application/openmetrics-text; version=1.0.0; charset=utf-8";
  private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";

  private Exposition() {}

  /**
   * A registry for what is shown.
   *
   * @param span what is counted belongs to, while it is counted
   */
  public static PrometheusMeterRegistry registry(CurrentSpan span) {
    return new PrometheusMeterRegistry(new Shown(), new PrometheusRegistry(), Clock.SYSTEM, span);
  }

  /** OpenMetrics, which has exemplars, for whoever knows it; the plain text format for others. */
  public static String type(@Nullable String accept) {
    return accept != null && accept.contains("application/openmetrics-text") ? OPEN_METRICS : TEXT;
  }

  /** The library's own settings but for one. */
  private static final class Shown implements PrometheusConfig {
    @Override
    public @Nullable String get(String key) {
      return null;
    }

    @Override
    public Properties prometheusProperties() {
      var properties = new Properties();
      properties.setProperty(EXEMPLARS, "false");
      return properties;
    }
  }
}
