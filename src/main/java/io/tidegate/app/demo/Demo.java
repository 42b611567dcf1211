package io.tidegate.app.demo;

import io.tidegate.app.demo.Report.Counted;
import io.tidegate.simulator.erp.Erp;
import java.io.IOException;
import java.io.PrintStream;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** The demo from start to end. */
final class Demo {
  private static final DateTimeFormatter ID = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS");

  private final DemoSettings settings;
  private final PrintStream out;

  Demo(DemoSettings settings, PrintStream out) {
    this.settings = settings;
    this.out = out;
  }

  /** Runs it; true if all adds up. */
  boolean run() throws InterruptedException {
    var id = LocalDateTime.now(ZoneOffset.UTC).format(ID);
    out.println("Starting the simulator and the gateway.");
    try (var stage = Stage.open(settings, id)) {
      out.printf("The gateway serves %s; all logs are in %s.%n", stage.gateway(), stage.folder());
      boolean addsUp = reconcile(stage, id);
      if (settings.keep()) {
        keep(stage);
      }
      return addsUp;
    }
  }

  private boolean reconcile(Stage stage, String id) throws InterruptedException {
    var simulator = new GatewayApi(stage.simulator());
    Trouble.order(simulator, settings.trouble());
    var invoices = Erp.load().open().subList(0, settings.invoices());
    var reconciliation =
        new Reconciliation(
            new GatewayApi(stage.gateway()), id, settings.concurrency(), stage::restarts, out);
    var report = reconciliation.of(invoices);
    var metrics = ToolMetrics.of(new GatewayApi(stage.management()).text("/metrics"));
    var ledger = LedgerView.read(simulator);
    var problems = Audit.problems(report.results(), ledger.postings(), ledger.exceptions());
    report.print(out, new Counted(metrics, Trouble.struck(simulator), ledger), problems);
    return problems.isEmpty();
  }

  private void keep(Stage stage) {
    out.printf("The gateway stays at %s until Enter is pressed.%n", stage.gateway());
    try {
      System.in.read();
    } catch (IOException e) {
      out.println("There is nobody to press Enter.");
    }
  }
}
