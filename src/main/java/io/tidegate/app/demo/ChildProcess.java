package io.tidegate.app.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A Tidegate command in a JVM of its own, with this one's class path and flags. Its standard input
 * is a pipe from this process, so it ends when this one does. What it prints goes to a file.
 */
final class ChildProcess implements AutoCloseable {
  private static final String MAIN = "io.tidegate.app.Main";
  private static final Duration GRACE = Duration.ofSeconds(25);

  private final Process process;
  private final Path log;

  private ChildProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  static ChildProcess start(Path log, Map<String, String> environment, List<String> arguments) {
    var builder = new ProcessBuilder(command(arguments)).redirectErrorStream(true);
    builder.environment().putAll(environment);
    try {
      var child = new ChildProcess(builder.start(), log);
      Thread.ofVirtual().name("log-" + log.getFileName()).start(child::copyOutput);
      return child;
    } catch (IOException e) {
      throw new UncheckedIOException("A process could not be started: " + arguments, e);
    }
  }

  private static List<String> command(List<String> arguments) {
    var command = new ArrayList<String>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(ChildProcess::isForChildren)
        .forEach(command::add);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(MAIN);
    command.addAll(arguments);
    command.add("--until-stdin-closes");
    return command;
  }

  /** Agents listen on ports or write files, of which there is one. */
  private static boolean isForChildren(String flag) {
    return !flag.startsWith("-agentlib")
        && !flag.startsWith("-javaagent")
        && !flag.startsWith("-Dcom.sun.management");
  }

  private void copyOutput() {
    try (BufferedReader from = process.inputReader();
        Writer to =
            Files.newBufferedWriter(log, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      for (var line = from.readLine(); line != null; line = from.readLine()) {
        to.write(line + "\n");
        to.flush();
      }
    } catch (IOException e) {
      System.err.println("The output in %s is not complete: %s".formatted(log, e.getMessage()));
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  CompletableFuture<Process> onExit() {
    return process.onExit();
  }

  /** What went wrong, if the process ended before its time. */
  String ended() {
    return "It ended with status %d; see %s.".formatted(process.exitValue(), log);
  }

  /** Ends it without warning. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Closes the pipe, at which the child ends in order; one that takes too long is killed. */
  @Override
  public void close() {
    try {
      process.getOutputStream().close();
      if (!process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (IOException e) {
      process.destroyForcibly();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
