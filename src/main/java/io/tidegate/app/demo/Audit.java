package io.tidegate.app.demo;

import io.tidegate.app.demo.Result.Decision;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Holds what the runs say against what the ledger has, and names what does not add up. */
final class Audit {
  private static final double ASK_ABOVE = 1_000;

  private final Map<String, Integer> postings;
  private final Map<String, Integer> exceptions;
  private final List<String> problems = new ArrayList<>();

  private Audit(Map<String, Integer> postings, Map<String, Integer> exceptions) {
    this.postings = new TreeMap<>(postings);
    this.exceptions = exceptions;
  }

  /** The problems, each a sentence; none if all adds up. */
  static List<String> problems(
      List<Result> results, Map<String, Integer> postings, Map<String, Integer> exceptions) {
    var audit = new Audit(postings, exceptions);
    audit.strangers(results);
    results.forEach(audit::check);
    return audit.problems;
  }

  private void strangers(List<Result> results) {
    var known = results.stream().map(Result::invoice).collect(Collectors.toSet());
    postings.keySet().stream()
        .filter(invoice -> !known.contains(invoice))
        .forEach(invoice -> problems.add(invoice + " is posted, and nobody asked for it."));
  }

  private void check(Result result) {
    int posted = postings.getOrDefault(result.invoice(), 0);
    int reported = exceptions.getOrDefault(result.invoice(), 0);
    expect(
        result,
        result.reason().equals("completed"),
        "its run rests with %s: %s".formatted(result.reason(), result.detail()));
    expect(result, posted <= 1, "it is posted %d times".formatted(posted));
    expect(result, reported <= 1, "it is reported %d times".formatted(reported));
    decided(result, posted);
    if (result.reason().equals("completed")) {
      concluded(result, posted, reported);
    }
  }

  private void concluded(Result result, int posted, int reported) {
    switch (result.outcome()) {
      case "posted" -> {
        expect(result, posted == 1, "its agent posted it, and the ledger does not have it");
        expect(
            result,
            result.variance() <= ASK_ABOVE || result.decision() != null,
            "its variance is %s, and nobody was asked".formatted(result.variance()));
      }
      case "exception" -> {
        expect(result, reported == 1, "its agent reported it, and the ledger has no report");
        expect(result, posted == 0, "its agent reported it, and it is posted");
      }
      case "denied" ->
          expect(result, result.decision() == Decision.DENIED, "it was denied, but by nobody");
      default ->
          problems.add(
              "%s: its agent came to the outcome '%s'."
                  .formatted(result.invoice(), result.outcome()));
    }
  }

  private void decided(Result result, int posted) {
    switch (result.decision()) {
      case null -> {}
      case APPROVED -> expect(result, posted == 1, "it was approved, and is not posted");
      case DENIED -> expect(result, posted == 0, "it was denied, and is posted");
    }
  }

  private void expect(Result result, boolean holds, String otherwise) {
    if (!holds) {
      problems.add("%s: %s.".formatted(result.invoice(), otherwise));
    }
  }
}
