package io.tidegate.benchmark;

import java.util.List;
import java.util.Locale;

/** The wall time that the gateway adds to a run. */
final class LatencyRow implements Row {
  private static final double P50_MS = 5;
  private static final double P99_MS = 20;

  private final Contest contest;

  LatencyRow(Contest contest) {
    this.contest = contest;
  }

  @Override
  public String name() {
    return "latency";
  }

  @Override
  public List<Figure> measure(Lab lab) {
    var result = contest.at(lab, contest.peak(lab) / 2);
    var floor = result.floor();
    var gateway = result.gateway();
    return List.of(
        Figure.atMost(name(), "time added, p50", gateway.p50Ms() - floor.p50Ms(), P50_MS, "ms"),
        Figure.atMost(name(), "time added, p99", gateway.p99Ms() - floor.p99Ms(), P99_MS, "ms"),
        Figure.told(
            name(),
            String.format(
                Locale.ROOT,
                "  at %.0f runs/s of an ideal %.0f ms",
                result.rate(),
                Contest.IDEAL_MS),
            String.format(
                Locale.ROOT,
                "floor %.0f and %.0f ms, gateway %.0f and %.0f ms",
                floor.p50Ms(),
                floor.p99Ms(),
                gateway.p50Ms(),
                gateway.p99Ms())));
  }
}
