package io.tidegate.benchmark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What a JVM holds, in bytes.
 *
 * @param heap what lives in the heap after a full collection
 * @param direct what was allocated outside it by its program, such as network buffers
 */
record Memory(long heap, long direct) {
  /** The JVM must be started with this, or it can't tell what is outside its heap. */
  static final List<String> FLAGS = List.of("-XX:NativeMemoryTracking=summary");

  private static final Pattern HEAP = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)");

  /** The program's own allocations, among those of the JVM. */
  private static final Pattern DIRECT =
      Pattern.compile("Other \\(reserved=\\d+, committed=(\\d+)\\)");

  static Memory of(long pid) {
    jcmd(pid, "GC.run");
    return new Memory(
        number(HEAP, jcmd(pid, "GC.class_histogram")),
        number(DIRECT, jcmd(pid, "VM.native_memory", "summary", "scale=B")));
  }

  long all() {
    return heap + direct;
  }

  Memory minus(Memory other) {
    return new Memory(heap - other.heap, direct - other.direct);
  }

  private static long number(Pattern pattern, String text) {
    var found = pattern.matcher(text);
    if (!found.find()) {
      throw new IllegalStateException("jcmd does not tell what a JVM holds, but: " + text);
    }
    return Long.parseLong(found.group(1));
  }

  private static String jcmd(long pid, String... arguments) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString());
    command.add(Long.toString(pid));
    command.addAll(List.of(arguments));
    try {
      var process = new ProcessBuilder(command).redirectErrorStream(true).start();
      return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
