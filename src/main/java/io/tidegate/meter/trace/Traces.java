package io.tidegate.meter.trace;

import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.tidegate.run.Ids;
import io.tidegate.run.RunListener;
import io.tidegate.run.Tracing;
import java.net.URI;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Traces of runs, if they are wanted: who says which trace a run is in, who makes its spans, and
 * the thread that sends them. When they are not wanted there is none of it: runs have no trace, and
 * nothing listens.
 */
public final class Traces implements AutoCloseable {
  /** The library complains here of each request that fails; {@link SpanQueue} says it once. */
  private static final Logger NOISE = Logger.getLogger("io.opentelemetry");

  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  /** None. */
  public static final Traces OFF = new Traces(Tracing.OFF, new RunListener() {}, () -> {});

  private final Tracing origins;
  private final RunListener listener;
  private final Runnable close;

  private Traces(Tracing origins, RunListener listener, Runnable close) {
    this.origins = origins;
    this.listener = listener;
    this.close = close;
  }

  /**
   * Begins to send traces, if the settings say where to.
   *
   * @param providers gives the name that the conventions have for a configured provider
   * @param random 64 random bits each time
   */
  public static Traces start(
      TraceSettings settings,
      UnaryOperator<String> providers,
      LongSupplier random,
      Ids ids,
      MeterRegistry registry) {
    var endpoint = settings.endpoint();
    if (endpoint == null) {
      return OFF;
    }
    NOISE.setLevel(Level.OFF);
    var queue = new SpanQueue(exporter(endpoint, settings), registry).start();
    var spans = new Spans(resource(settings, ids.session()), providers, queue::add);
    return new Traces(new Origins(settings.sample(), random), new Tracer(spans), queue::close);
  }

  private static OtlpHttpSpanExporter exporter(URI endpoint, TraceSettings settings) {
    var builder =
        OtlpHttpSpanExporter.builder()
            .setEndpoint(endpoint.toString().replaceFirst("/$", "") + "/v1/traces")
            .setTimeout(TIMEOUT)
            .setConnectTimeout(TIMEOUT)
            .setMeterProvider(MeterProvider.noop());
    settings.headers().forEach((name, value) -> builder.addHeader(name, value.reveal()));
    return builder.build();
  }

  private static Resource resource(TraceSettings settings, String instance) {
    var version = Traces.class.getPackage().getImplementationVersion();
    return Resource.create(
        Attributes.builder()
            .put(AttributeKey.stringKey("service.name"), settings.service())
            .put(AttributeKey.stringKey("service.version"), version == null ? "dev" : version)
            .put(AttributeKey.stringKey("service.instance.id"), instance)
            .build());
  }

  /** Says which trace a run is in. */
  public Tracing origins() {
    return origins;
  }

  /** Makes the spans. */
  public RunListener listener() {
    return listener;
  }

  /** Whether there are any. */
  public boolean on() {
    return this != OFF;
  }

  /** Sends what is left. Blocks for some seconds at most. */
  @Override
  public void close() {
    close.run();
  }
}
