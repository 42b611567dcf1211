package io.tidegate.app.demo;

import java.util.regex.Pattern;

/**
 * How many tool calls the gateway's metrics count, and how many of them failed.
 *
 * @param calls all calls
 * @param failed those with an {@code error_type}
 */
record ToolMetrics(long calls, long failed) {
  private static final Pattern COUNT =
      Pattern.compile(
          "^gen_ai_execute_tool_duration(?:_seconds)?_count\\{([^}]*)} ([0-9.eE+]+)",
          Pattern.MULTILINE);
  private static final Pattern ERROR = Pattern.compile("error_type=\"(?!\"|none\")");

  /** Reads the Prometheus text format. */
  static ToolMetrics of(String metrics) {
    long calls = 0;
    long failed = 0;
    var counts = COUNT.matcher(metrics);
    while (counts.find()) {
      long count = Math.round(Double.parseDouble(counts.group(2)));
      calls += count;
      failed += ERROR.matcher(counts.group(1)).find() ? count : 0;
    }
    return new ToolMetrics(calls, failed);
  }

  String rate() {
    return calls == 0
        ? "not measured"
        : "%.2f %% (%d of %d calls)".formatted(100.0 * failed / calls, failed, calls);
  }
}
