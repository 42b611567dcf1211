package io.tidegate.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.simulator.scenario.Pace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Runs that wait for people cost a gateway nothing: no driver, no timer, no memory. {@code
 * -Dsuspended.runs=} says how many.
 */
class SuspendedIT {
  private static final int RUNS = Integer.getInteger("suspended.runs", 2_000);

  /** As many as it takes for everything that is kept for all runs together to be there. */
  private static final int FIRST = 300;

  private static final int CLIENTS = 16;
  private static final long BYTES_A_RUN_MAX = 512;
  private static final String DRIVER = "io.tidegate.run.SessionDriver";
  private static final String DRIVERS = "io.tidegate.run.Drivers";
  private static final String TIMER = "io.vertx.core.impl.VertxImpl$InternalTimerHandler";

  private final Queue<String> paths = new ConcurrentLinkedQueue<>();

  @Test
  @Timeout(value = 30, unit = TimeUnit.MINUTES)
  void heapWithManySuspendedRunsIsThatOfNone() {
    try (var fleet = Fleet.open(1, new Pace(0, 0, 50, 0))) {
      suspend(fleet, FIRST);
      var none = histogram(fleet);
      suspend(fleet, RUNS);
      var many = histogram(fleet);
      long before = bytes(none, "Total");
      long after = bytes(many, "Total");
      System.out.printf(
          "heap: %d KiB before, %d KiB with %d suspended runs more; timers: %d and %d%n",
          before >> 10, after >> 10, RUNS, instances(none, TIMER), instances(many, TIMER));
      assertThat(instances(many, DRIVERS)).isOne();
      assertThat(instances(many, DRIVER)).isZero();
      assertThat(instances(many, TIMER)).isLessThan(instances(none, TIMER) + CLIENTS);
      assertThat((after - before) / RUNS).isLessThan(BYTES_A_RUN_MAX);
      approve(fleet, paths.peek());
    }
  }

  private void suspend(Fleet fleet, int runs) {
    try (var clients = Executors.newFixedThreadPool(CLIENTS)) {
      for (int i = 0; i < runs; i++) {
        clients.execute(
            () -> paths.add(fleet.begin("careful", Calls.one("write", "suspended", 1))));
      }
    }
    var management = fleet.gateway(0).management();
    Site.until("all rest", () -> active(management.get("/metrics").body().asText()) == 0);
  }

  private static double active(String metrics) {
    return metrics
        .lines()
        .filter(line -> line.startsWith("tidegate_runs_active"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  private static void approve(Fleet fleet, String path) {
    var session = "/v1/sessions/" + Site.session(path);
    var call = fleet.client().get(session).body().get("calls").get(0).get("call").asText();
    var decision = "{\"decision\": \"approve\"}";
    assertThat(fleet.client().post(session + "/approvals/" + call, decision).status())
        .isEqualTo(200);
    Site.until("it is done", () -> fleet.rest(path).get("reason").asText().equals("completed"));
  }

  /** What lives in the gateway's heap after a collection. */
  private static String histogram(Fleet fleet) {
    var pid = Long.toString(fleet.gateway(0).handle().pid());
    command(pid, "GC.run");
    return command(pid, "GC.class_histogram");
  }

  private static String command(String pid, String command) {
    var jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    try {
      var process = new ProcessBuilder(jcmd, pid, command).redirectErrorStream(true).start();
      return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long instances(String histogram, String type) {
    return histogram
        .lines()
        .map(line -> line.strip().split("\\s+"))
        .filter(row -> row.length >= 4 && row[3].equals(type))
        .mapToLong(row -> Long.parseLong(row[1]))
        .sum();
  }

  private static long bytes(String histogram, String row) {
    return histogram
        .lines()
        .filter(line -> line.startsWith(row))
        .mapToLong(line -> Long.parseLong(line.strip().split("\\s+")[2]))
        .sum();
  }
}
