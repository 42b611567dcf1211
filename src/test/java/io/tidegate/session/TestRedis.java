package io.tidegate.session;

import static org.junit.jupiter.api.Assumptions.abort;

import io.tidegate.session.bundled.BundledRedis;
import io.tidegate.session.bundled.StartException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A real Redis of its own for a test class: the bundled one. Where that can't run, CI fails and a
 * developer's machine skips the class.
 */
public final class TestRedis implements BeforeAllCallback, AfterAllCallback {
  private Path folder;
  private BundledRedis server;

  @Override
  public void beforeAll(ExtensionContext context) throws IOException {
    folder = Files.createTempDirectory("tg");
    start();
  }

  @Override
  public void afterAll(ExtensionContext context) throws IOException {
    if (server != null) {
      server.close();
    }
    try (var files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(java.io.File::delete);
    }
  }

  public String url() {
    return server.url();
  }

  /** Ends it in good order and starts it again on what it wrote. */
  public void restart() throws IOException {
    server.close();
    start();
  }

  /** Stops its process where it stands; connections stay open, and nobody answers. */
  public void freeze() throws IOException {
    signal("STOP");
  }

  public void thaw() throws IOException {
    signal("CONT");
  }

  public void kill() throws IOException {
    signal("KILL");
  }

  private void start() throws IOException {
    try {
      server = BundledRedis.start(folder);
    } catch (StartException e) {
      if (System.getenv("CI") != null) {
        throw e;
      }
      abort("these tests need a Redis: " + e.getMessage());
    }
  }

  private void signal(String name) throws IOException {
    var pid = Files.readString(folder.resolve("redis.pid")).strip();
    try {
      new ProcessBuilder("kill", "-" + name, pid).inheritIO().start().waitFor();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }
}
