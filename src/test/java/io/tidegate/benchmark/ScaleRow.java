package io.tidegate.benchmark;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * What a run costs when replicas share the load: on one machine it should cost the same, so that
 * more machines do more.
 */
final class ScaleRow implements Row {
  /**
   * In all; low enough for the largest number of replicas to share two cores, and high enough for
   * what a replica does without runs not to count.
   */
  private static final double RATE = 120;

  private static final double WARM_RATE = 150;

  /** What two measurements of the same differ by. */
  private static final double LIMIT = 1.15;

  @Override
  public String name() {
    return "scale";
  }

  /**
   * The processor time of one run.
   *
   * @param redisMs Redis's part of it
   */
  private record Cost(int replicas, double gatewaysMs, double redisMs) {
    double allMs() {
      return gatewaysMs + redisMs;
    }
  }

  @Override
  public List<Figure> measure(Lab lab) {
    var costs = costs(lab);
    var one = costs.getFirst();
    var figures = new ArrayList<Figure>();
    for (var cost : costs.subList(1, costs.size())) {
      figures.add(
          Figure.atMost(
              name(),
              "CPU of a run on %d replicas against %d".formatted(cost.replicas, one.replicas),
              cost.allMs() / one.allMs(),
              LIMIT,
              "×"));
    }
    for (var cost : costs) {
      figures.add(
          Figure.told(
              name(),
              "  on %d: gateways, Redis, runs a second of one core's gateways and Redis"
                  .formatted(cost.replicas),
              String.format(
                  Locale.ROOT,
                  "%.2f ms, %.2f ms, %.0f",
                  cost.gatewaysMs,
                  cost.redisMs,
                  1_000 / cost.allMs())));
    }
    return figures;
  }

  /** By the number of replicas that have something to do; all of them run. */
  private static List<Cost> costs(Lab lab) {
    var counts = lab.size().replicas();
    try (var house = lab.house()) {
      var gateways =
          IntStream.range(0, Collections.max(counts)).mapToObj(i -> house.gateway()).toList();
      gateways.forEach(gateway -> warmUp(lab, gateway));
      // What the JIT compiler still has to do then is on the account of the most.
      return counts.reversed().stream()
          .map(replicas -> cost(lab, house, gateways.subList(0, replicas)))
          .toList()
          .reversed();
    }
  }

  private static Cost cost(Lab lab, House house, List<Served> gateways) {
    int replicas = gateways.size();
    long before = cpuMs(gateways);
    long redisBefore = Cpu.ms(house.redisPid());
    double runs =
        Crew.atOnce(gateways, one -> load(lab, one, replicas)).stream().reduce(0, Integer::sum);
    return new Cost(
        replicas,
        (cpuMs(gateways) - before) / runs,
        (Cpu.ms(house.redisPid()) - redisBefore) / runs);
  }

  /** Each alone: what the JIT compiler has not seen yet costs several times as much. */
  private static void warmUp(Lab lab, Served gateway) {
    var size = lab.size();
    try (var load = new Load(lab.vertx(), gateway.url())) {
      load.at(size.gently(WARM_RATE), 4 * size.warmSeconds(), Contest.AGENT, Contest.INPUT);
    }
  }

  private static int load(Lab lab, Served gateway, int replicas) {
    var size = lab.size();
    try (var load = new Load(lab.vertx(), gateway.url())) {
      return load.at(size.gently(RATE) / replicas, size.seconds(), Contest.AGENT, Contest.INPUT)
          .sound("a replica")
          .asked();
    }
  }

  private static long cpuMs(List<Served> gateways) {
    return gateways.stream().mapToLong(gateway -> Cpu.ms(gateway.pid())).sum();
  }
}
