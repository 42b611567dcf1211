package io.tidegate.session.bundled;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Redis that belongs to this gateway: a child process that keeps its data in a folder and ends
 * with the gateway, even if that is killed. If it ends by itself, it is started again.
 *
 * <p>Writes reach the operating system at once and the disk within a second: they survive the end
 * of any process; a power cut can cost the last second.
 */
public final class BundledRedis implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BundledRedis.class);
  private static final long PAUSE_MS = 500;

  private final FolderLock lock;
  private final Server server;
  private volatile boolean stopping;

  private BundledRedis(FolderLock lock, Server server) {
    this.lock = lock;
    this.server = server;
  }

  /** Starts it off the event loop; fails with a {@link StartException} that says what to do. */
  public static Future<BundledRedis> start(Vertx vertx, Path data) {
    return vertx.executeBlocking(() -> start(data), false);
  }

  /** Starts it, and returns when it serves. Blocks. */
  public static BundledRedis start(Path data) throws IOException {
    var folder = Files.createDirectories(data).toRealPath();
    var lock = FolderLock.on(folder);
    try {
      var server = new Server(folder, Executable.in(folder.resolve("bin")), Address.in(folder));
      server.start();
      var redis = new BundledRedis(lock, server);
      redis.watch();
      return redis;
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  /** Where it is, as Vert.x's Redis client takes it. */
  public String url() {
    return server.url();
  }

  /** Stops it when it has written everything. Blocks. */
  @Override
  public void close() {
    stopping = true;
    try {
      server.stop();
      lock.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void watch() {
    server.onExit(() -> Thread.ofVirtual().start(this::again));
  }

  private void again() {
    while (!stopping) {
      LOG.error("the bundled Redis ended by itself; starting it again");
      if (restarted()) {
        watch();
        return;
      }
    }
  }

  private boolean restarted() {
    try {
      Thread.sleep(PAUSE_MS);
      server.start();
      return true;
    } catch (IOException | StartException e) {
      LOG.error("the bundled Redis did not start again", e);
      return false;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return stopping;
    }
  }
}
