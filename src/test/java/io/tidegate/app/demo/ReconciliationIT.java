package io.tidegate.app.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.app.demo.Result.Decision;
import io.tidegate.simulator.Simulator;
import io.tidegate.simulator.SimulatorSettings;
import io.tidegate.simulator.erp.Erp;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReconciliationIT {
  private static final PrintStream NOWHERE = new PrintStream(OutputStream.nullOutputStream());
  private static final int INVOICES = 120;

  private Vertx vertx;
  private Simulator simulator;
  private FakeGateway gateway;

  @BeforeEach
  void start() throws IOException {
    vertx = Vertx.vertx();
    simulator = await(Simulator.start(vertx, SimulatorSettings.DEFAULT.withPort(0).withToolMs(0)));
    gateway = new FakeGateway(simulator.url());
  }

  @AfterEach
  void stop() {
    gateway.close();
    await(simulator.close());
    await(vertx.close());
  }

  @Test
  void allAddsUpThoughStreamsBreak() throws InterruptedException {
    var report = reconcile();
    assertThat(problems(report)).isEmpty();
    assertThat(gateway.runs()).as("no run is started twice").isEqualTo(INVOICES);
    assertThat(count(report, Decision.APPROVED)).isPositive();
    assertThat(count(report, Decision.DENIED)).isPositive();
  }

  @Test
  void whatIsPostedTwiceDoesNotAddUp() throws InterruptedException {
    gateway.postsTwice = true;
    assertThat(problems(reconcile())).anyMatch(problem -> problem.contains("posted 2 times"));
  }

  private Report reconcile() throws InterruptedException {
    var api = new GatewayApi(gateway.url());
    return new Reconciliation(api, "demo", 16, Reconciliation.Gate.OPEN, () -> 0, NOWHERE)
        .of(Erp.load().open().subList(0, INVOICES));
  }

  private List<String> problems(Report report) throws InterruptedException {
    var ledger = LedgerView.read(new GatewayApi(simulator.url()));
    return Audit.problems(report.results(), ledger.postings(), ledger.exceptions());
  }

  private static long count(Report report, Decision decision) {
    return report.results().stream().filter(result -> result.decision() == decision).count();
  }

  private static <T> T await(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().join();
  }
}
