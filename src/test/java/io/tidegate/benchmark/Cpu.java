package io.tidegate.benchmark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The processor time of a process, as the operating system accounts for it. */
final class Cpu {
  /** Linux counts in hundredths of a second for user space, whatever the kernel's own tick is. */
  private static final int MS_A_TICK = 10;

  /** In proc(5) they are fields 14 to 17; the name before them, in parentheses, is cut off. */
  private static final int USER_TIME = 11;

  private static final int TIMES = 4;

  private Cpu() {}

  /**
   * Milliseconds so far, in user and kernel mode, with those of its children that ended: Redis
   * rewrites its file in one.
   */
  static long ms(long pid) {
    try {
      var stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      long ticks = 0;
      for (int i = USER_TIME; i < USER_TIME + TIMES; i++) {
        ticks += Long.parseLong(fields[i]);
      }
      return ticks * MS_A_TICK;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
