package io.tidegate.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Collects what is wrong and what is worth knowing, so that all of it is told at once. */
final class Report {
  private static final Comparator<Finding> IN_READING_ORDER =
      Comparator.<Finding, String>comparing(found -> found.at.file())
          .thenComparingInt(found -> found.at.line())
          .thenComparingInt(found -> found.at.column());

  private final List<Finding> errors = new ArrayList<>();
  private final List<Finding> warnings = new ArrayList<>();
  private final List<Section> sections = new ArrayList<>();
  private final Set<String> keys = new TreeSet<>();

  void error(Place at, String sentence) {
    errors.add(new Finding(at, at + ": " + sentence));
  }

  void warn(Place at, String sentence) {
    warnings.add(new Finding(at, at + " " + sentence));
  }

  int errorCount() {
    return errors.size();
  }

  /** Notes a section, whose unknown keys are looked for when all is read. */
  void opened(Section section) {
    sections.add(section);
  }

  /** Notes that a reader knows a key. */
  void knows(String pattern) {
    keys.add(pattern);
  }

  /** All errors; to be asked when everything is read. */
  List<String> errors() {
    sections.forEach(Section::reportUnknownKeys);
    sections.clear();
    return sentences(errors);
  }

  List<String> warnings() {
    return sentences(warnings);
  }

  /** The keys that readers asked for, {@code *} for a name. */
  Set<String> keys() {
    return Set.copyOf(keys);
  }

  private static List<String> sentences(List<Finding> findings) {
    return findings.stream().sorted(IN_READING_ORDER).map(Finding::sentence).distinct().toList();
  }

  private record Finding(Place at, String sentence) {}
}
