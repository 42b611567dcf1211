package io.tidegate.benchmark;

import io.tidegate.benchmark.Figure.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Measures all targets, prints a table, and says by its exit status whether they were met. */
public final class Benchmark {
  private static final int MISSED = 1;
  private static final int BROKEN = 2;
  private static final int USAGE = 64;
  private static final Path REPORT = Path.of("target", "benchmark", "report.txt");

  private Benchmark() {}

  /** Ends with 0 if all that was measured is met, 1 if something is missed, 2 if broken. */
  public static void main(String[] args) throws IOException {
    var options = Options.ofSystem();
    var unknown = new ArrayList<>(options.rows());
    unknown.removeAll(rows().stream().map(Row::name).toList());
    if (!unknown.isEmpty()) {
      System.err.println(
          "There is no row " + unknown + "; there are " + rows().stream().map(Row::name).toList());
      System.exit(USAGE);
    }
    var before = Machine.now();
    var figures = run(options);
    var table = Table.of(before, Machine.now(), figures);
    System.out.println(table);
    Files.createDirectories(REPORT.getParent());
    Files.writeString(REPORT, table);
    System.exit(status(figures));
  }

  static List<Row> rows() {
    var contest = new Contest();
    return List.of(
        new CpuRow(contest),
        new LatencyRow(contest),
        new MemoryRow(),
        new SuspendedRow(),
        new EagerRow(),
        new TakeoverRow(),
        new BudgetRow(),
        new GrowthRow(),
        new StalledRow(),
        new ScaleRow(),
        new ColdRow(),
        new StartRow());
  }

  /** Measures what the options want. A row that fails is a line that says why. */
  static List<Figure> run(Options options) {
    var figures = new ArrayList<Figure>();
    try (var lab = Lab.open(options)) {
      for (var row : rows()) {
        if (options.wants(row.name())) {
          System.err.println("measuring " + row.name());
          figures.addAll(measured(row, lab));
        }
      }
    }
    return figures;
  }

  private static List<Figure> measured(Row row, Lab lab) {
    try {
      return row.measure(lab);
    } catch (RuntimeException e) {
      e.printStackTrace();
      return List.of(
          new Figure(row.name(), "all of it", "", String.valueOf(e.getMessage()), Verdict.BROKEN));
    }
  }

  static int status(List<Figure> figures) {
    if (figures.stream().anyMatch(figure -> figure.verdict() == Verdict.BROKEN)) {
      return BROKEN;
    }
    return figures.stream().anyMatch(figure -> figure.verdict() == Verdict.MISSED) ? MISSED : 0;
  }
}
