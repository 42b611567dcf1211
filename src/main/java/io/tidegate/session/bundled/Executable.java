package io.tidegate.session.bundled;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** The redis-server of this platform, out of the jar {@code embedded-redis} 1.4.4. */
final class Executable {
  private Executable() {}

  /**
   * The server as a file that runs.
   *
   * @param folder where it is kept from start to start
   */
  static Path in(Path folder) throws IOException {
    var name = name(System.getProperty("os.name"), System.getProperty("os.arch"));
    var resource = Executable.class.getResource("/" + name);
    if (resource == null) {
      throw StartException.cannot("the jar with " + name + " is not on the class path", null);
    }
    var file = Files.createDirectories(folder).resolve(name);
    if (!complete(file, resource)) {
      extract(resource, file);
    }
    return checked(file);
  }

  /** The name of the resource for a platform, as the jar has it. */
  static String name(String os, String architecture) {
    var platform = os.toLowerCase(Locale.ROOT) + " " + architecture.toLowerCase(Locale.ROOT);
    return switch (platform) {
      case "linux amd64", "linux x86_64" -> "redis-server-6.2.6-v5-linux-amd64";
      case "linux aarch64", "linux arm64" -> "redis-server-6.2.7-linux-arm64";
      case "mac os x x86_64", "mac os x amd64" -> "redis-server-6.2.6-v5-darwin-amd64";
      case "mac os x aarch64", "mac os x arm64" -> "redis-server-6.2.6-v5-darwin-arm64";
      default -> throw StartException.cannot("there is none for " + os + " " + architecture, null);
    };
  }

  private static boolean complete(Path file, URL resource) throws IOException {
    return Files.isExecutable(file)
        && Files.size(file) == resource.openConnection().getContentLengthLong();
  }

  /** By a file beside it, so that a crash in between leaves no half of a server. */
  private static void extract(URL resource, Path file) throws IOException {
    var half = Files.createTempFile(file.getParent(), "redis", ".tmp");
    try (InputStream in = resource.openStream()) {
      Files.copy(in, half, REPLACE_EXISTING);
    }
    if (!half.toFile().setExecutable(true)) {
      throw StartException.cannot(half + " can't be made executable", null);
    }
    Files.move(half, file, ATOMIC_MOVE, REPLACE_EXISTING);
  }

  /** Runs it once: a library that is missing, or a file system that runs nothing, shows here. */
  static Path checked(Path file) {
    try {
      var process =
          new ProcessBuilder(file.toString(), "--version").redirectErrorStream(true).start();
      process.getOutputStream().close();
      var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(10, TimeUnit.SECONDS) || process.exitValue() != 0) {
        process.destroyForcibly();
        throw StartException.cannot(said.strip(), null);
      }
      return file;
    } catch (IOException e) {
      throw StartException.cannot(String.valueOf(e.getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw StartException.cannot("it was interrupted", e);
    }
  }
}
