package io.tidegate.session.bundled;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A redis-server of one folder: starts, tells when it serves, stops. */
final class Server {
  private static final Duration SILENT_MAX = Duration.ofSeconds(10);
  private static final Duration LOADING_MAX = Duration.ofMinutes(5);
  private static final Duration BETWEEN_PROBES = Duration.ofMillis(3);
  private static final long STOP_SECONDS = 10;
  private static final int LINES_SHOWN = 5;

  private final Path folder;
  private final Path executable;
  private final Address address;
  private final Path log;
  private @Nullable Supervisor supervisor;
  private boolean stopped;

  Server(Path folder, Path executable, Address address) {
    this.folder = folder;
    this.executable = executable;
    this.address = address;
    this.log = folder.resolve(RedisConf.LOG);
  }

  String url() {
    return address.url();
  }

  /**
   * Starts it, after it has ended one that was left over, and returns when it serves. It does
   * nothing once it was stopped.
   */
  synchronized void start() throws IOException {
    if (stopped) {
      return;
    }
    Leftover.end(folder);
    RedisConf.write(folder, address);
    long logged = Files.exists(log) ? Files.size(log) : 0;
    var started = Supervisor.start(List.of(executable.toString(), RedisConf.FILE), folder, log);
    supervisor = started;
    awaitReady(started, logged);
  }

  synchronized void onExit(Runnable task) {
    if (supervisor != null) {
      supervisor.onExit(task);
    }
  }

  synchronized void stop() throws IOException {
    stopped = true;
    if (supervisor != null && !supervisor.stop(STOP_SECONDS)) {
      Leftover.end(folder);
    }
  }

  private void awaitReady(Supervisor started, long logged) throws IOException {
    var probe = new Probe(address);
    var answer = Probe.Answer.NONE;
    long begun = System.nanoTime();
    while (answer != Probe.Answer.READY) {
      if (!started.isRunning()) {
        throw StartException.cannot("it ended at once, and said: " + lastLines(logged), null);
      }
      if (System.nanoTime() - begun > patience(answer).toNanos()) {
        started.stop(STOP_SECONDS);
        throw StartException.cannot("it does not answer, and said: " + lastLines(logged), null);
      }
      LockSupport.parkNanos(BETWEEN_PROBES.toNanos());
      answer = probe.ask();
    }
  }

  private static Duration patience(Probe.Answer answer) {
    return answer == Probe.Answer.LOADING ? LOADING_MAX : SILENT_MAX;
  }

  /** What was logged since this start. */
  private String lastLines(long logged) throws IOException {
    var bytes = Files.readAllBytes(log);
    int from = (int) Math.min(logged, bytes.length);
    var lines =
        new String(bytes, from, bytes.length - from, StandardCharsets.UTF_8).lines().toList();
    return String.join(" | ", lines.subList(Math.max(0, lines.size() - LINES_SHOWN), lines.size()));
  }
}
