package io.tidegate.benchmark;

import io.tidegate.session.bundled.BundledRedis;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** A Redis, which writes to the disk every second, and the gateways on it. */
final class House implements AutoCloseable {
  private static final Pattern GATEWAY =
      Pattern.compile("Tidegate serves (http://\\S+) \\(management (http://\\S+)\\)");

  private static final int STARTS_MAX = 3;

  private final Path folder;
  private final Map<String, String> environment;
  private final List<String> flags;
  private final BundledRedis redis;
  private final List<Child> children = new ArrayList<>();

  House(Path folder, Map<String, String> environment, List<String> flags) {
    this.folder = folder;
    this.flags = flags;
    try {
      this.redis = BundledRedis.start(folder.resolve("r"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.environment = new HashMap<>(environment);
    this.environment.put("REDIS_URL", redis.url());
    this.environment.put("TIDEGATE_DATA", folder.toString());
  }

  /** Sets a variable for the gateways that start from now on. */
  House with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  /**
   * One more gateway, with more JVM flags; returns when it serves. On a machine that is too busy
   * for one to reach its Redis in time, another is started.
   */
  Served gateway(List<String> more) {
    for (int tried = 1; ; tried++) {
      try {
        return serving(launch(Lab.productClassPath(), more));
      } catch (IllegalStateException e) {
        if (tried == STARTS_MAX) {
          throw e;
        }
      }
    }
  }

  Served gateway() {
    return gateway(List.of());
  }

  /** One that may not serve yet. */
  Child launch(String classPath, List<String> more) {
    var all = new ArrayList<>(flags);
    all.addAll(more);
    var log = folder.resolve("gateway-" + children.size() + ".log");
    var command = List.of("io.tidegate.app.Main", "serve", "--until-stdin-closes");
    var child = Child.launch(new Child.Order(log, classPath, all, command, environment, GATEWAY));
    children.add(child);
    return child;
  }

  static Served serving(Child child) {
    var said = child.announcement();
    return new Served(child, URI.create(said.group(1)), URI.create(said.group(2)));
  }

  String redisUrl() {
    return redis.url();
  }

  long redisPid() {
    try {
      return Long.parseLong(Files.readString(folder.resolve("r").resolve("redis.pid")).strip());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    children.forEach(Child::close);
    redis.close();
  }
}
