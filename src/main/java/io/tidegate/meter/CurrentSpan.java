package io.tidegate.meter;

import io.prometheus.metrics.tracer.common.SpanContext;
import io.tidegate.loop.Trace;
import org.jspecify.annotations.Nullable;

/**
 * The span that what is being counted belongs to, so that numbers can carry an example of a trace
 * that made them. Each event loop has its own.
 */
public final class CurrentSpan implements SpanContext {
  private static final ThreadLocal<@Nullable Trace> CURRENT = new ThreadLocal<>();

  /**
   * What is counted until {@link #leave} belongs to the span; says whether there is one to leave.
   */
  boolean enter(@Nullable Trace trace) {
    boolean sampled = trace != null && trace.sampled();
    if (sampled) {
      CURRENT.set(trace);
    }
    return sampled;
  }

  /** What {@link #enter} said is given back. */
  void leave(boolean entered) {
    if (entered) {
      CURRENT.remove();
    }
  }

  @Override
  public @Nullable String getCurrentTraceId() {
    var trace = CURRENT.get();
    return trace == null ? null : trace.id();
  }

  @Override
  public @Nullable String getCurrentSpanId() {
    var trace = CURRENT.get();
    return trace == null ? null : trace.span();
  }

  @Override
  public boolean isCurrentSpanSampled() {
    return CURRENT.get() != null;
  }

  /** Which spans are kept was decided when their run began. */
  @Override
  public void markCurrentSpanAsExemplar() {}
}
