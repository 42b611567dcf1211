package io.tidegate.app;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The command {@code serve} in a Java process of its own, which ends with this one. */
final class ServeProcess {
  /** Whose environment has it gets the log lines that a gateway writes, others those of tests. */
  static final String LOG_FORMAT = "TIDEGATE_LOG_FORMAT";

  private static final long PATIENCE_SECONDS = 60;
  private static final Pattern ANNOUNCEMENT =
      Pattern.compile("Tidegate serves (http://\\S+) \\(management (http://\\S+)\\)");

  private final Process process;
  private final CompletableFuture<Matcher> announced = new CompletableFuture<>();
  private final Queue<String> complained = new ConcurrentLinkedQueue<>();
  private final Thread out;
  private final Thread err;

  private ServeProcess(Process process) {
    this.process = process;
    this.out = read(process.getInputStream(), this::heard);
    this.err = read(process.getErrorStream(), complained::add);
  }

  /** Starts it; it may not serve yet, or never. */
  static ServeProcess launch(Map<String, String> environment) {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var command =
        new ArrayList<>(
            List.of(
                java,
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "serve",
                "--until-stdin-closes"));
    if (!environment.containsKey(LOG_FORMAT)) {
      command.add(1, "-Dlogback.configurationFile=logback-test.xml");
    }
    var builder = new ProcessBuilder(command);
    builder.environment().keySet().removeIf(ServeProcess::configures);
    builder.environment().putAll(environment);
    try {
      return new ServeProcess(builder.start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean configures(String variable) {
    return variable.startsWith("TIDEGATE_") || variable.equals("REDIS_URL");
  }

  /** Starts it, and returns when it serves. */
  static ServeProcess start(Map<String, String> environment) {
    var launched = launch(environment);
    launched.awaitServing();
    return launched;
  }

  private static Thread read(InputStream stream, Consumer<String> each) {
    return Thread.ofVirtual()
        .start(
            () -> {
              var lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
              try (lines) {
                for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                  each.accept(line);
                }
              } catch (IOException _) {
                // The process is gone.
              }
            });
  }

  private void heard(String line) {
    var announcement = ANNOUNCEMENT.matcher(line);
    if (announcement.find()) {
      announced.complete(announcement);
    }
  }

  void awaitServing() {
    var unused =
        process
            .onExit()
            .thenRun(() -> announced.completeExceptionally(new AssertionError("it ended")));
    announcement();
  }

  private Matcher announcement() {
    try {
      return announced.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError("the gateway does not serve; it said: " + complaints(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  Client client() {
    return new Client(announcement().group(1));
  }

  String url() {
    return announcement().group(1);
  }

  Client management() {
    return new Client(managementUrl());
  }

  String managementUrl() {
    return announcement().group(2);
  }

  /** What it wrote to the standard error stream. */
  String complaints() {
    return String.join("\n", complained);
  }

  ProcessHandle handle() {
    return process.toHandle();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** As {@code kill -9} does; returns when it is gone. */
  void kill() {
    process.destroyForcibly();
    exitStatus();
  }

  /** As {@code kill} does: it is asked to end. */
  void terminate() {
    process.destroy();
  }

  /** How it ended; waits for that. */
  int exitStatus() {
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError("the gateway does not end; it said: " + complaints());
      }
      out.join();
      err.join();
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
