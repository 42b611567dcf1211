package io.tidegate.meter.trace;

import io.tidegate.run.Secret;
import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whether runs are traced, and where to.
 *
 * @param endpoint where a collector takes OTLP over HTTP, without {@code /v1/traces}; null traces
 *     nothing
 * @param sample the share of runs that are traced, from 0 to 1, of those whose client does not say
 *     itself whether it is
 * @param headers headers that go with what is sent
 * @param service what the gateway calls itself
 */
public record TraceSettings(
    @Nullable URI endpoint, double sample, Map<String, Secret> headers, String service) {
  public static final TraceSettings OFF = new TraceSettings(null, 1, Map.of(), "tidegate");

  public TraceSettings {
    headers = Map.copyOf(headers);
  }
}
