package io.tidegate.benchmark;

import java.util.Locale;

/**
 * One line of the table.
 *
 * @param target what it is held against; empty for what is told beside
 */
record Figure(String row, String what, String measured, String target, Verdict verdict) {
  /** What became of a target. */
  enum Verdict {
    MET("met"),
    MISSED("MISSED"),
    /** Says something about another line. */
    TOLD(""),
    /** Something that must hold whatever the speed did not hold. */
    BROKEN("BROKEN");

    private final String word;

    Verdict(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }
  }

  static Figure of(String row, String what, String measured, String target, boolean met) {
    return new Figure(row, what, measured, target, met ? Verdict.MET : Verdict.MISSED);
  }

  static Figure told(String row, String what, String measured) {
    return new Figure(row, what, measured, "", Verdict.TOLD);
  }

  /** At most so much, with a unit. */
  static Figure atMost(String row, String what, double value, double limit, String unit) {
    return of(
        row, what, number(value) + " " + unit, "≤ " + number(limit) + " " + unit, value <= limit);
  }

  static String number(double value) {
    return String.format(Locale.ROOT, Math.abs(value) < 10 ? "%.2f" : "%.1f", value)
        .replaceFirst("\\.?0+$", "");
  }
}
