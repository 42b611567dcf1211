package io.tidegate.benchmark;

import java.util.List;

/** Something that is measured. */
interface Row {
  /** Its name on the command line. */
  String name();

  /**
   * Measures it.
   *
   * @throws IllegalStateException if something does not hold that must hold at any speed
   */
  List<Figure> measure(Lab lab);
}
