package io.tidegate.benchmark;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What is to be measured, and how.
 *
 * @param rows the names of the rows; empty for all
 * @param gatewayFlags more JVM flags for the gateway, to profile it
 */
record Options(Size size, Set<String> rows, List<String> gatewayFlags) {

  /**
   * By the system properties {@code bench.rows, bench.size, bench.rate} and {@code
   * bench.gateway.jvm}; those that are empty count as not set.
   */
  static Options ofSystem() {
    var size = property("bench.size").equals("short") ? Size.SHORT : Size.FULL;
    var rate = property("bench.rate");
    return new Options(
        rate.isEmpty() ? size : size.at(Double.parseDouble(rate)),
        new TreeSet<>(words(property("bench.rows"), ",")),
        words(property("bench.gateway.jvm"), " "));
  }

  private static List<String> words(String text, String separator) {
    return text.isEmpty() ? List.of() : List.of(text.split(separator));
  }

  private static String property(String name) {
    return System.getProperty(name, "").strip();
  }

  boolean wants(String row) {
    return rows.isEmpty() || rows.contains(row);
  }
}
