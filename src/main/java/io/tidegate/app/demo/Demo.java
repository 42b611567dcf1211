package io.tidegate.app.demo;

import io.tidegate.app.demo.Reconciliation.Gate;
import io.tidegate.app.demo.Report.Counted;
import io.tidegate.simulator.erp.Erp;
import io.tidegate.simulator.erp.Erp.Open;
import java.io.IOException;
import java.io.PrintStream;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;

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
    var management = new GatewayApi(stage.management());
    Trouble.order(simulator, settings.trouble());
    var problems = new ArrayList<String>();
    Report report;
    if (stage.cast().isPresent()) {
      var cast = stage.cast().get();
      try (var chaos = new Chaos(cast, management, out)) {
        report = reconciliation(stage, id, chaos).of(invoices());
        problems.addAll(chaos.end(report.costUsd()));
      }
    } else {
      report = reconciliation(stage, id, Gate.OPEN).of(invoices());
    }
    var tools = ToolMetrics.of(Metrics.read(management));
    var ledger = LedgerView.read(simulator);
    problems.addAll(Audit.problems(report.results(), ledger.postings(), ledger.exceptions()));
    report.print(out, new Counted(tools, Trouble.struck(simulator), ledger), problems);
    return problems.isEmpty();
  }

  private List<Open> invoices() {
    return Erp.load().open().subList(0, settings.invoices());
  }

  private Reconciliation reconciliation(Stage stage, String id, Gate gate) {
    var api = new GatewayApi(stage.gateway());
    return new Reconciliation(api, id, settings.concurrency(), gate, stage::restarts, out);
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
