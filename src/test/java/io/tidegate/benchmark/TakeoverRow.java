package io.tidegate.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;

/** One of two gateways is killed with many runs in flight. */
final class TakeoverRow implements Row {
  /** The default, which the benchmark's configuration leaves as it is. */
  private static final double LEASE_SECONDS = 5;

  /** When the first runs write: see the scenario. */
  private static final long FIRST_WRITES_MS = 20_500;

  private static final int PAGE = 1_000;

  @Override
  public String name() {
    return "takeover";
  }

  @Override
  public List<Figure> measure(Lab lab) {
    try (var house = lab.house()) {
      var doomed = house.gateway();
      var survivor = house.gateway();
      MemoryRow.warmUp(lab, doomed);
      MemoryRow.warmUp(lab, survivor);
      try (var api = new Api(survivor.url());
          var lost = new Api(doomed.url());
          var simulator = new Api(lab.simulator().url())) {
        long begin = System.nanoTime();
        var runs = begin(List.of(lost, api), lab.size().inFlight());
        awaitWrites(begin);
        long killedAt = System.currentTimeMillis();
        doomed.child().kill();
        var stops = Crew.each(runs, run -> run.rest(api));
        return figures(runs.size(), stops, delays(api, runs, killedAt), repeatedWrites(simulator));
      }
    }
  }

  private static List<BackgroundRun> begin(List<Api> gateways, int runs) {
    return Crew.each(
        IntStream.range(0, runs).boxed().toList(),
        i -> BackgroundRun.begin(gateways.get(i % gateways.size()), "slow", "entry " + i));
  }

  private static void awaitWrites(long begin) {
    long sinceMs = (System.nanoTime() - begin) / 1_000_000;
    Interrupted.pause(Math.max(0, FIRST_WRITES_MS - sinceMs));
  }

  /** How long after the kill each run went on that had to be taken up, in seconds. */
  private static List<Double> delays(Api api, List<BackgroundRun> runs, long killedAt) {
    return Crew.each(runs, run -> resumedAt(api, run)).stream()
        .filter(at -> at > 0)
        .map(at -> (at - killedAt) / 1_000.0)
        .sorted()
        .toList();
  }

  private static long resumedAt(Api api, BackgroundRun run) {
    var page = api.get("/v1/sessions/" + run.session() + "/history?limit=" + PAGE).body();
    for (var event : page.get("items")) {
      if (event.path("type").asText().equals("run.resumed")) {
        return Instant.parse(event.get("at").asText()).toEpochMilli();
      }
    }
    return 0;
  }

  /** How many writes the ledger was sent more than once. */
  private static int repeatedWrites(Api simulator) {
    var keys = new ArrayList<String>();
    long after = 0;
    while (true) {
      var items =
          simulator.get("/ledger/requests?limit=" + PAGE + "&after=" + after).body().get("items");
      for (var item : items) {
        keys.add(item.path("key").asText());
        after = item.path("number").asLong();
      }
      if (items.size() < PAGE) {
        return keys.size() - new HashSet<>(keys).size();
      }
    }
  }

  private List<Figure> figures(
      int runs, List<JsonNode> stops, List<Double> delays, int repeatedWrites) {
    long completed = count(stops, "completed");
    long unknown = count(stops, "outcome_unknown");
    return List.of(
        Figure.of(
            name(),
            "runs that neither complete nor wait with an unknown write",
            "%d of %,d".formatted(runs - completed - unknown, runs),
            "0",
            completed + unknown == runs),
        Figure.of(
            name(), "writes sent twice", "%d".formatted(repeatedWrites), "0", repeatedWrites == 0),
        Figure.atMost(
            name(),
            "the last run goes on after",
            delays.isEmpty() ? 0 : delays.getLast(),
            LEASE_SECONDS + 1,
            "s"),
        Figure.told(
            name(),
            "  taken up, median; with an unknown write",
            "%d after %s s; %d"
                .formatted(
                    delays.size(),
                    delays.isEmpty() ? "-" : Figure.number(delays.get(delays.size() / 2)),
                    unknown)));
  }

  private static long count(List<JsonNode> stops, String reason) {
    return stops.stream().filter(stop -> stop.path("reason").asText().equals(reason)).count();
  }
}
