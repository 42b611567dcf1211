package io.tidegate.app.demo;

/**
 * How many tool calls the gateway's metrics count, and how many of them failed.
 *
 * @param calls all calls
 * @param failed those with an {@code error_type}
 */
record ToolMetrics(long calls, long failed) {
  private static final String CALLS = "gen_ai_execute_tool_duration_seconds_count";

  static ToolMetrics of(Metrics metrics) {
    long calls = metrics.count(CALLS);
    return new ToolMetrics(calls, calls - metrics.count(CALLS, "error_type", ""));
  }

  String rate() {
    return calls == 0
        ? "not measured"
        : "%.2f %% (%d of %d calls)".formatted(100.0 * failed / calls, failed, calls);
  }
}
