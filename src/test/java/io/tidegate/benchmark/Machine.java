package io.tidegate.benchmark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * What the figures were measured on, and how busy it was.
 *
 * @param load the load averages of 1, 5 and 15 minutes
 */
record Machine(Instant at, int cores, String java, String load) {
  static Machine now() {
    return new Machine(
        Instant.now().truncatedTo(ChronoUnit.SECONDS),
        Runtime.getRuntime().availableProcessors(),
        Runtime.version().toString(),
        averages());
  }

  private static String averages() {
    try {
      var fields = Files.readString(Path.of("/proc/loadavg")).split(" ");
      return fields[0] + " " + fields[1] + " " + fields[2];
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How many files one process may have open. */
  static int openFilesMax() {
    try {
      return Files.readAllLines(Path.of("/proc/self/limits")).stream()
          .filter(line -> line.startsWith("Max open files"))
          .map(line -> line.split("\\s{2,}")[1])
          .mapToInt(
              limit -> limit.equals("unlimited") ? Integer.MAX_VALUE : Integer.parseInt(limit))
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
