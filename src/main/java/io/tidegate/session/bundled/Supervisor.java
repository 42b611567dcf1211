package io.tidegate.session.bundled;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs a server below a shell that holds one end of a pipe: when this process ends, however it
 * ends, the pipe closes and the shell stops the server.
 *
 * <p>The server gets a process group of its own, so Ctrl-C at the terminal reaches the gateway
 * alone, which stops the server after it has drained. The shell stays through whatever is sent to
 * the gateway's group: without it, nobody would stop the server.
 */
final class Supervisor {
  private static final String SCRIPT =
      """
      exec 3<&0
      trap '' HUP INT QUIT TERM
      if command -v setsid >/dev/null 2>&1; then set -- setsid "$@"; else set -m; fi
      (trap - TERM; exec "$@") 3<&- </dev/null & server=$!
      { cat <&3 >/dev/null; kill "$server"; } & watch=$!
      exec 3<&-
      wait "$server"; code=$?
      kill -KILL "$watch" 2>/dev/null
      exit "$code"
      """;

  private final Process shell;

  private Supervisor(Process shell) {
    this.shell = shell;
  }

  /** Starts the command in the folder; what it prints is appended to the file. */
  static Supervisor start(List<String> command, Path folder, Path output) throws IOException {
    var shell = new ArrayList<>(List.of("/bin/sh", "-c", SCRIPT, "sh"));
    shell.addAll(command);
    return new Supervisor(
        new ProcessBuilder(shell)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
            .start());
  }

  boolean isRunning() {
    return shell.isAlive();
  }

  /** Runs the task when the server has ended. */
  void onExit(Runnable task) {
    var _ = shell.onExit().thenRun(task);
  }

  /** Stops the server, and waits until it has written all and is gone; false if it does not go. */
  boolean stop(long seconds) {
    try {
      shell.getOutputStream().close();
      return shell.waitFor(seconds, TimeUnit.SECONDS);
    } catch (IOException _) {
      return !shell.isAlive();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
