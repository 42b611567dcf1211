package io.tidegate.benchmark;

import java.util.List;
import java.util.Locale;

/** The processor time of one run, that of Redis included, against the floor's. */
final class CpuRow implements Row {
  private static final double RATE = 600;
  private static final double LIMIT = 1.5;
  private static final double STRETCH = 1.25;

  private final Contest contest;

  CpuRow(Contest contest) {
    this.contest = contest;
  }

  @Override
  public String name() {
    return "cpu";
  }

  @Override
  public List<Figure> measure(Lab lab) {
    double rate = Math.min(RATE, contest.peak(lab) / 2);
    var result = contest.at(lab, rate);
    double ratio = (result.gatewayCpuMs() + result.redisCpuMs()) / result.floorCpuMs();
    return List.of(
        Figure.atMost(name(), "CPU of a run against the floor's", ratio, LIMIT, "×"),
        Figure.told(
            name(),
            "  at %.0f runs/s; stretch ≤ %s ×".formatted(rate, Figure.number(STRETCH)),
            String.format(
                Locale.ROOT,
                "floor %.2f ms, gateway %.2f ms, Redis %.2f ms",
                result.floorCpuMs(),
                result.gatewayCpuMs(),
                result.redisCpuMs())));
  }
}
