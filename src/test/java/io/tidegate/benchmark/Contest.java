package io.tidegate.benchmark;

import java.util.HashMap;
import java.util.Map;

/**
 * The floor and the gateway under the same load, one after the other. What was measured once is
 * remembered, as several rows ask for it.
 */
final class Contest {
  static final String AGENT = "standard";
  static final String INPUT = "Is everything in order?";

  /** 20 ms and 14 frames, a tool, 20 ms and 42 frames; a frame takes 4 ms, a tool 20 ms. */
  static final double IDEAL_MS = 20 + 14 * 4 + 20 + 20 + 42 * 4;

  private static final double FIRST_RATE = 40;
  private static final double FACTOR = 1.5;
  private static final int HALVINGS = 3;
  private static final double STEP_SECONDS = 5;
  private static final int WARM_UPS = 6;
  private static final double HIGHEST_RATE = 20_000;

  private final Map<Double, Result> results = new HashMap<>();
  private double peak;

  /**
   * Both under one load.
   *
   * @param floorCpuMs processor time of one run of the floor
   * @param gatewayCpuMs of the gateway alone
   * @param redisCpuMs of Redis, for the gateway's runs
   */
  record Result(
      double rate,
      Sample floor,
      Sample gateway,
      double floorCpuMs,
      double gatewayCpuMs,
      double redisCpuMs) {}

  /** The highest rate at which the floor's p99 stays under twice the ideal, in runs a second. */
  double peak(Lab lab) {
    if (peak == 0) {
      peak = lab.size().rate() > 0 ? 2 * lab.size().rate() : found(lab);
    }
    return peak;
  }

  private static double found(Lab lab) {
    try (var floor = lab.floor();
        var load = new Load(lab.vertx(), floor.url())) {
      load.at(FIRST_RATE, lab.size().warmSeconds(), AGENT, INPUT);
      double good = 0;
      double bad = FIRST_RATE;
      while (bad < HIGHEST_RATE && bears(load, bad)) {
        good = bad;
        bad *= FACTOR;
      }
      for (int i = 0; i < HALVINGS; i++) {
        double middle = (good + bad) / 2;
        if (bears(load, middle)) {
          good = middle;
        } else {
          bad = middle;
        }
      }
      return good;
    }
  }

  private static boolean bears(Load load, double rate) {
    var sample = load.at(rate, STEP_SECONDS, AGENT, INPUT);
    System.err.printf("  floor at %.0f/s: p99 %.0f ms%n", rate, sample.p99Ms());
    return sample.completed() == sample.asked() && sample.p99Ms() < 2 * IDEAL_MS;
  }

  Result at(Lab lab, double rate) {
    return results.computeIfAbsent(rate, missing -> measured(lab, missing));
  }

  private static Result measured(Lab lab, double rate) {
    var ofFloor = ofFloor(lab, rate);
    try (var house = lab.house()) {
      var gateway = house.gateway();
      var ofGateway = Timed.load(lab, rate, gateway, new long[] {gateway.pid(), house.redisPid()});
      return new Result(
          rate,
          ofFloor.sample.sound("floor"),
          ofGateway.sample.sound("gateway"),
          ofFloor.cpuMs[0],
          ofGateway.cpuMs[0],
          ofGateway.cpuMs[1]);
    }
  }

  private static Timed ofFloor(Lab lab, double rate) {
    try (var floor = lab.floor()) {
      return Timed.load(lab, rate, floor, new long[] {floor.pid()});
    }
  }

  /** A sample, and the processor time of one run for each of some processes. */
  private record Timed(Sample sample, double[] cpuMs) {
    static Timed load(Lab lab, double rate, Served server, long[] pids) {
      try (var load = new Load(lab.vertx(), server.url())) {
        // Cold, it may be too slow for it; what is measured must be sound. It is measured when the
        // JIT compiler has little left to do, which with two cores takes it a minute and a half.
        load.at(rate, WARM_UPS * lab.size().warmSeconds(), AGENT, INPUT);
        var before = new long[pids.length];
        for (int i = 0; i < pids.length; i++) {
          before[i] = Cpu.ms(pids[i]);
        }
        var sample = load.at(rate, lab.size().seconds(), AGENT, INPUT);
        var cpuMs = new double[pids.length];
        for (int i = 0; i < pids.length; i++) {
          cpuMs[i] = (double) (Cpu.ms(pids[i]) - before[i]) / sample.asked();
        }
        return new Timed(sample, cpuMs);
      }
    }
  }
}
