package io.tidegate.app.demo;

import io.tidegate.app.demo.Result.Decision;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What came of the demo.
 *
 * @param results one for each invoice
 * @param abandoned those of earlier runs whose agents gave up
 * @param seconds from the first run's start until all rested the first time
 */
record Report(List<Result> results, List<Result> abandoned, double seconds, int restarts) {
  private static final int PROBLEMS_SHOWN = 20;

  /** What others counted meanwhile: the gateway's metrics, the ERP's bad moments, the ledger. */
  record Counted(ToolMetrics tools, long struck, LedgerView ledger) {}

  void print(PrintStream out, Counted counted, List<String> problems) {
    var ledger = counted.ledger();
    line(out, "reconciled", "%d posted".formatted(count(r -> r.outcome().equals("posted"))));
    line(out, "approved", "%d".formatted(count(r -> r.decision() == Decision.APPROVED)));
    line(out, "denied", "%d".formatted(count(r -> r.decision() == Decision.DENIED)));
    line(out, "exceptions", "%d reported".formatted(count(r -> r.outcome().equals("exception"))));
    line(
        out,
        "runs/s",
        "%.1f (%d in %.1f s)".formatted(results.size() / seconds, results.size(), seconds));
    line(out, "tool failures", counted.tools().rate() + since());
    line(out, "retried", "%d lookups that the ERP refused at first".formatted(counted.struck()));
    line(out, "cost", "$%.4f for %,d tokens".formatted(costUsd(), tokens()));
    if (!abandoned.isEmpty()) {
      line(out, "given up", "%d at first, and run again".formatted(abandoned.size()));
    }
    if (restarts > 0) {
      line(out, "restarts", "%d of the gateway".formatted(restarts));
    }
    line(
        out,
        "ledger",
        "%d entries from %d requests"
            .formatted(sum(ledger.postings()) + sum(ledger.exceptions()), ledger.requests()));
    verdict(out, problems);
  }

  /** A gateway that starts again counts from zero. */
  private String since() {
    return restarts == 0 ? "" : " since the gateway's last start";
  }

  static void line(PrintStream out, String name, String value) {
    out.printf(Locale.ROOT, "  %-14s %s%n", name, value);
  }

  private void verdict(PrintStream out, List<String> problems) {
    if (problems.isEmpty()) {
      out.println(
          "All adds up: every invoice is accounted for, none is posted twice, what was approved is"
              + " posted, and what was denied is not.");
      return;
    }
    out.printf("It does not add up; %d things are wrong:%n", problems.size());
    problems.stream().limit(PROBLEMS_SHOWN).forEach(problem -> out.println("  " + problem));
  }

  private long count(Predicate<Result> which) {
    return results.stream().filter(which).count();
  }

  /** What all runs cost, in USD. */
  double costUsd() {
    return runs().mapToDouble(Result::costUsd).sum();
  }

  private long tokens() {
    return runs().mapToLong(Result::tokens).sum();
  }

  private Stream<Result> runs() {
    return Stream.concat(results.stream(), abandoned.stream());
  }

  private static int sum(Map<String, Integer> counts) {
    return counts.values().stream().mapToInt(Integer::intValue).sum();
  }
}
