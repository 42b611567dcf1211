package io.tidegate.meter;

import org.jspecify.annotations.Nullable;

/** In which of Prometheus's formats metrics are shown. */
public final class Exposition {
  private static final String OPEN_METRICS =
      "application/openmetrics-text; version=1.0.0; charset=utf-8";
  private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";

  private Exposition() {}

  /** OpenMetrics, which has exemplars, for whoever knows it; the plain text format for others. */
  public static String type(@Nullable String accept) {
    return accept != null && accept.contains("application/openmetrics-text") ? OPEN_METRICS : TEXT;
  }
}
