package io.tidegate.session.bundled;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/**
 * The configuration of the bundled Redis: every write goes to a file, nothing is ever evicted. The
 * server works in the data folder, so no name here needs quotes.
 */
final class RedisConf {
  static final String PID = "redis.pid";
  static final String LOG = "redis.log";
  static final String SOCKET = "redis.sock";
  static final String FILE = "redis.conf";

  private RedisConf() {}

  /** Writes the file; it may hold a password, so nobody else may read it. */
  static Path write(Path folder, Address address) throws IOException {
    var file = folder.resolve(FILE);
    Files.deleteIfExists(file);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    return Files.write(file, lines(address));
  }

  private static List<String> lines(Address address) {
    var lines = new ArrayList<>(address.settings());
    lines.addAll(
        List.of(
            "dir .",
            "pidfile " + PID,
            "logfile " + LOG,
            "loglevel notice",
            "always-show-logo no",
            "appendonly yes",
            "appendfsync everysec",
            // A crash may cut the last write short; what was whole before it is kept.
            "aof-load-truncated yes",
            "save \"\"",
            "maxmemory-policy noeviction"));
    return lines;
  }
}
