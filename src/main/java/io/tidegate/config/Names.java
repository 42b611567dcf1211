package io.tidegate.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The names of one kind of thing that other parts of the configuration may refer to.
 *
 * @param what the kind, in one word
 * @param complete false if the file that holds them could not be read; then no reference is an
 *     error
 */
record Names(String what, Set<String> all, boolean complete) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,64}");

  Names {
    all = Set.copyOf(all);
  }

  static Names unknown(String what) {
    return new Names(what, Set.of(), false);
  }

  /** Reports a reference to something that does not exist. */
  void mustHold(String name, Place at, Report report) {
    if (complete && !all.contains(name)) {
      report.error(
          at,
          "names the %s '%s', which is not configured%s"
              .formatted(what, name, didYouMean(name, all)));
    }
  }

  static void check(String name, Place at, Report report) {
    if (!NAME.matcher(name).matches()) {
      report.error(
          at, "must be a name of up to 64 letters, digits, _, - and ., was '" + name + "'");
    }
  }

  /** {@code "; did you mean 'effect'?"}, or nothing if no name is close. */
  static String didYouMean(String wrong, Collection<String> names) {
    int near = Math.min(3, wrong.length() / 2);
    return names.stream()
        .filter(name -> distance(wrong, name) <= near)
        .min(
            Comparator.<String>comparingInt(name -> distance(wrong, name))
                .thenComparing(Comparator.naturalOrder()))
        .map(name -> "; did you mean '" + name + "'?")
        .orElse("");
  }

  /** The Levenshtein distance: how many letters to insert, drop or replace. */
  private static int distance(String left, String right) {
    int[] row = new int[right.length() + 1];
    for (int j = 0; j <= right.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= left.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= right.length(); j++) {
        int replaced = diagonal + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[right.length()];
  }
}
