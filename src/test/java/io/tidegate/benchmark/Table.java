package io.tidegate.benchmark;

import io.tidegate.benchmark.Figure.Verdict;
import java.util.ArrayList;
import java.util.List;

/** The figures as a text. */
final class Table {
  private Table() {}

  static String of(Machine before, Machine after, List<Figure> figures) {
    var lines = new ArrayList<String>();
    lines.add(
        "%s to %s, %d cores, JDK %s; load averages %s before and %s after"
            .formatted(
                before.at(),
                after.at(),
                before.cores(),
                before.java(),
                before.load(),
                after.load()));
    lines.add("");
    int[] widths = {0, 0, 0, 0};
    figures.forEach(figure -> widen(widths, cells(figure)));
    figures.forEach(figure -> lines.add(line(widths, cells(figure))));
    lines.add("");
    lines.add(
        "%d met, %d missed, %d broken"
            .formatted(
                count(figures, Verdict.MET),
                count(figures, Verdict.MISSED),
                count(figures, Verdict.BROKEN)));
    return String.join("\n", lines) + "\n";
  }

  private static List<String> cells(Figure figure) {
    return List.of(
        figure.row(), figure.what(), figure.measured(), figure.target(), figure.verdict().word());
  }

  private static void widen(int[] widths, List<String> cells) {
    for (int i = 0; i < widths.length; i++) {
      widths[i] = Math.max(widths[i], cells.get(i).length());
    }
  }

  private static String line(int[] widths, List<String> cells) {
    var line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      line.append(cells.get(i)).repeat(' ', widths[i] - cells.get(i).length() + 2);
    }
    return line.append(cells.getLast()).toString().stripTrailing();
  }

  private static long count(List<Figure> figures, Verdict verdict) {
    return figures.stream().filter(figure -> figure.verdict() == verdict).count();
  }
}
