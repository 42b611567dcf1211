package io.tidegate.meter;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Measures what code makes on the heap. */
final class Allocations {
  private static final int WARM = 20_000;
  private static final int MEASURED = 50_000;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private Allocations() {}

  /**
   * Bytes that this thread makes each time: once all that is made only once is there, so that
   * neither the machine's load nor the collector matters.
   */
  static double bytesEach(Runnable event) {
    repeat(event, WARM);
    long before = THREADS.getCurrentThreadAllocatedBytes();
    repeat(event, MEASURED);
    return (double) (THREADS.getCurrentThreadAllocatedBytes() - before) / MEASURED;
  }

  private static void repeat(Runnable event, int times) {
    for (int i = 0; i < times; i++) {
      event.run();
    }
  }
}
