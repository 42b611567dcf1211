package io.tidegate.session.bundled;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A Redis of this folder whose gateway is no more. */
final class Leftover {
  private static final long GRACE_SECONDS = 5;

  private Leftover() {}

  /** Ends it, if there is one, and waits until it is gone. */
  static void end(Path folder) throws IOException {
    find(folder).ifPresent(Leftover::end);
  }

  static Optional<ProcessHandle> find(Path folder) throws IOException {
    var file = folder.resolve(RedisConf.PID);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    return pid(file).flatMap(ProcessHandle::of).filter(process -> serves(process, folder));
  }

  private static Optional<Long> pid(Path file) throws IOException {
    try {
      return Optional.of(Long.valueOf(Files.readString(file).strip()));
    } catch (NumberFormatException _) {
      return Optional.empty();
    }
  }

  /** Whether it is a Redis of this folder: the number may have gone to another process. */
  private static boolean serves(ProcessHandle process, Path folder) {
    var proc = Path.of("/proc", Long.toString(process.pid()));
    try {
      return Files.exists(proc)
          ? Files.readString(proc.resolve("comm")).startsWith("redis")
              && proc.resolve("cwd").toRealPath().equals(folder.toRealPath())
          : process.info().command().orElse("").contains("redis-server");
    } catch (IOException _) {
      return false;
    }
  }

  static void end(ProcessHandle process) {
    process.destroy();
    if (!gone(process)) {
      process.destroyForcibly();
      gone(process);
    }
  }

  private static boolean gone(ProcessHandle process) {
    try {
      process.onExit().get(GRACE_SECONDS, TimeUnit.SECONDS);
      return true;
    } catch (TimeoutException | ExecutionException _) {
      return false;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
