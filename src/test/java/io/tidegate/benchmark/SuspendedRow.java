package io.tidegate.benchmark;

import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** The memory of runs that wait for a person: they are in the journal, and nowhere else. */
final class SuspendedRow implements Row {
  /** What a heap differs by when nothing has changed, for each of some thousand runs. */
  private static final double NOTHING_KB = 0.5;

  private static final int CLIENTS = 16;

  @Override
  public String name() {
    return "suspended";
  }

  @Override
  public List<Figure> measure(Lab lab) {
    int runs = lab.size().suspended();
    try (var house = lab.house()) {
      var gateway = house.gateway(Memory.FLAGS);
      suspend(gateway, Math.min(runs, 1_000));
      var before = Memory.of(gateway.pid());
      suspend(gateway, runs);
      var more = Memory.of(gateway.pid()).minus(before);
      return List.of(
          Figure.atMost(
              name(),
              "memory of a suspended run, of %,d".formatted(runs),
              more.all() / 1024.0 / runs,
              NOTHING_KB,
              "KB"));
    }
  }

  private static void suspend(Served gateway, int runs) {
    var waiting = new AtomicInteger();
    try (var api = new Api(gateway.url());
        var clients = Executors.newFixedThreadPool(CLIENTS)) {
      for (int i = 0; i < runs; i++) {
        var body = Api.run("signer", "entry " + i, "stream");
        clients.execute(
            () -> {
              if (api.post("/v1/runs", body).text().contains("\"reason\":\"approval_pending\"")) {
                waiting.incrementAndGet();
              }
            });
      }
    }
    if (waiting.get() != runs) {
      throw new IllegalStateException(
          "%d of %d runs wait for an approval".formatted(waiting.get(), runs));
    }
  }
}
