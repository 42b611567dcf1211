package io.tidegate.k8s;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A process that ends with its test. */
final class Child implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 600;

  private final Process process;
  private final Path complaints;

  private Child(Process process, Path complaints) {
    this.process = process;
    this.complaints = complaints;
  }

  /** Starts it with this environment and no other. */
  static Child start(Path folder, Map<String, String> environment, List<String> command) {
    try {
      var complaints = Files.createTempFile("child", ".txt");
      var builder =
          new ProcessBuilder(command).directory(folder.toFile()).redirectError(complaints.toFile());
      builder.environment().clear();
      builder.environment().putAll(environment);
      return new Child(builder.start(), complaints);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The java of this test. */
  static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /** Waits for a line like this on its standard output. */
  Matcher says(Pattern expected) {
    var said = new StringBuilder();
    try {
      for (var line = process.inputReader().readLine();
          line != null;
          line = process.inputReader().readLine()) {
        var matcher = expected.matcher(line);
        if (matcher.find()) {
          return matcher;
        }
        said.append(line).append('\n');
      }
      throw new AssertionError(
          "it did not say %s, but: %s%s, and ended with status %d"
              .formatted(expected, said, complaints(), exitStatus()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String complaints() {
    try {
      return Files.readString(complaints);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int exitStatus() {
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError("it does not end; it said: " + complaints());
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      exitStatus();
    } finally {
      process.destroyForcibly();
      complaints.toFile().delete();
    }
  }
}
