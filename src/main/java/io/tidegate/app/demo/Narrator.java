package io.tidegate.app.demo;

import java.io.PrintStream;
import java.util.Locale;

/** Tells what happens, with the seconds since it began. */
final class Narrator {
  private final PrintStream out;
  private final long start = System.nanoTime();

  Narrator(PrintStream out) {
    this.out = out;
  }

  /** What is done to the cast. */
  void act(String sentence) {
    out.printf(Locale.ROOT, "%n%6.1f s  == %s%n", seconds(), sentence);
  }

  /** What came of it. */
  void tell(String sentence) {
    out.printf(Locale.ROOT, "%6.1f s     %s%n", seconds(), sentence);
  }

  private double seconds() {
    return (System.nanoTime() - start) / 1e9;
  }
}
