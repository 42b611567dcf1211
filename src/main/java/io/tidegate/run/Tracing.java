package io.tidegate.run;

import io.tidegate.loop.Trace;
import org.jspecify.annotations.Nullable;

/** Says which trace a run belongs to when it is accepted. */
public interface Tracing {
  /** No run belongs to any. */
  Tracing OFF = (_, _) -> null;

  /**
   * The run's place in a trace, or null if it has none.
   *
   * @param caller what the client said about the trace that it is in, or null
   * @param now in milliseconds since 1970
   */
  @Nullable Trace begin(@Nullable Caller caller, long now);

  /**
   * What a client says about its trace, as it says it; it may be anything.
   *
   * @param parent {@code traceparent}
   * @param vendors {@code tracestate}, or empty
   */
  record Caller(String parent, String vendors) {}
}
