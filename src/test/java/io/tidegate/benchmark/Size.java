package io.tidegate.benchmark;

import java.util.List;

/**
 * How much is measured.
 *
 * @param rate runs a second at which the floor and the gateway are compared; 0 looks for the
 *     floor's limit first
 * @param warmSeconds of load before one is measured
 * @param seconds of load that is measured
 * @param streams runs that stream at the same time
 * @param suspended runs that wait for a person
 * @param inFlight runs on two gateways when one is killed
 * @param spenders runs that spend one budget
 * @param lateTurn the turn of a session whose growth is compared with that of turn 5
 * @param readers clients that do not read
 * @param cold sessions that are opened by a gateway that has just started
 * @param coldEvents entries of each of these
 * @param replicas of how many gateways the costs are compared, the first with the others
 * @param repeats of what is measured one by one
 */
record Size(
    double rate,
    int warmSeconds,
    int seconds,
    int streams,
    int suspended,
    int inFlight,
    int spenders,
    int lateTurn,
    int readers,
    int cold,
    int coldEvents,
    List<Integer> replicas,
    int repeats) {
  /** What the targets speak of. */
  static final Size FULL =
      new Size(0, 15, 30, 10_000, 5_000, 2_000, 100, 100, 1_000, 1_000, 1_000, List.of(1, 2, 4), 5);

  /** Enough to see that everything works; its figures mean nothing. */
  static final Size SHORT = new Size(5, 1, 2, 30, 30, 30, 10, 12, 20, 5, 50, List.of(1, 2), 1);

  /** A rate that is no higher than the one at which the floor and the gateway are compared. */
  double gently(double perSecond) {
    return rate > 0 ? Math.min(rate, perSecond) : perSecond;
  }

  Size at(double otherRate) {
    return new Size(
        otherRate,
        warmSeconds,
        seconds,
        streams,
        suspended,
        inFlight,
        spenders,
        lateTurn,
        readers,
        cold,
        coldEvents,
        replicas,
        repeats);
  }
}
