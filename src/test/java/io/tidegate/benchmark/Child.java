package io.tidegate.benchmark;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Java process that serves something and says so. It has this one's JVM flags, and ends with this
 * one, as its standard input is a pipe from it. What it prints goes to a file.
 */
final class Child implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 120;

  private final Process process;
  private final Path log;
  private final Pattern announcement;
  private final CompletableFuture<Matcher> announced = new CompletableFuture<>();
  private volatile String last = "nothing";

  /**
   * What is to be started.
   *
   * @param flags of the JVM, besides this one's
   * @param command the main class and its arguments
   * @param announcement matches the line that says that it serves
   */
  record Order(
      Path log,
      String classPath,
      List<String> flags,
      List<String> command,
      Map<String, String> environment,
      Pattern announcement) {}

  private Child(Process process, Order order) {
    this.process = process;
    this.log = order.log();
    this.announcement = order.announcement();
  }

  /** Starts it; it may not serve yet. */
  static Child launch(Order order) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(flag -> flag.startsWith("-X") || flag.startsWith("--"))
        .forEach(command::add);
    command.addAll(order.flags());
    command.addAll(List.of("-cp", order.classPath()));
    command.addAll(order.command());
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().removeIf(Child::configures);
    builder.environment().putAll(order.environment());
    try {
      var child = new Child(builder.start(), order);
      Thread.ofVirtual().start(child::listen);
      return child;
    } catch (IOException e) {
      throw new UncheckedIOException("a process could not be started: " + order.command(), e);
    }
  }

  private static boolean configures(String variable) {
    return variable.startsWith("TIDEGATE_") || variable.equals("REDIS_URL");
  }

  private void listen() {
    try (BufferedReader from = process.inputReader();
        Writer to =
            Files.newBufferedWriter(log, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      for (var line = from.readLine(); line != null; line = from.readLine()) {
        var said = announcement.matcher(line);
        if (said.find()) {
          announced.complete(said);
        }
        last = line;
        to.write(line + "\n");
        to.flush();
      }
    } catch (IOException _) {
      // The process is gone.
    }
    announced.completeExceptionally(new IllegalStateException("it ended"));
  }

  /** What it said when it began to serve; waits for that. */
  Matcher announcement() {
    try {
      return announced.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("a process does not serve; last it said: " + last, e);
    } catch (InterruptedException e) {
      throw Interrupted.of(e);
    }
  }

  long pid() {
    return process.pid();
  }

  /** As {@code kill -9} does; returns when it is gone. */
  void kill() {
    process.destroyForcibly();
    await();
  }

  /** Closes the pipe, at which it ends in order; returns when it has. */
  @Override
  public void close() {
    try {
      process.getOutputStream().close();
    } catch (IOException _) {
      // It is gone.
    }
    await();
  }

  private void await() {
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      throw Interrupted.of(e);
    }
  }
}
