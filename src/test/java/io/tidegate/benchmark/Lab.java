package io.tidegate.benchmark;

import io.tidegate.benchmark.floor.Floor;
import io.vertx.core.Vertx;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where it is measured: a folder with the configuration, the simulator, and whatever else a row
 * wants to have started. All of it ends with the lab.
 */
final class Lab implements AutoCloseable {
  private static final List<String> CONFIG =
      Stream.concat(
              Stream.of("gateway", "models", "tools").map(name -> "config/" + name + ".yaml"),
              Stream.of("standard", "holder", "flood", "signer", "early", "slow", "brief")
                  .map(name -> "config/agents/" + name + ".yaml"))
          .toList();
  private static final List<String> SCENARIOS =
      Stream.of("hold", "flood", "sign", "early", "slow", "brief")
          .map(name -> "scenarios/" + name + ".yaml")
          .toList();
  private static final Pattern SIMULATOR = Pattern.compile("The simulator serves (http://\\S+)");
  private static final Pattern FLOOR = Pattern.compile("The floor serves (http://\\S+)");

  private static final Path LIBRARIES = Path.of("target/product-class-path");

  private final Options options;
  private final Path folder;
  private final Vertx vertx = Vertx.vertx();
  private final AtomicInteger numbered = new AtomicInteger();
  private final Served simulator;

  private Lab(Options options, Path folder) throws IOException {
    this.options = options;
    this.folder = folder;
    for (var file : Stream.concat(CONFIG.stream(), SCENARIOS.stream()).toList()) {
      unpack(file);
    }
    this.simulator = serve("simulator", SIMULATOR, simulating());
  }

  static Lab open(Options options) {
    try {
      // A short path: the socket of Redis has to fit.
      return new Lab(options, Files.createTempDirectory("tgb"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void unpack(String file) throws IOException {
    var target = folder.resolve(file);
    Files.createDirectories(target.getParent());
    try (var in = Lab.class.getResourceAsStream("/benchmark/" + file)) {
      if (in == null) {
        throw new IllegalStateException("/benchmark/" + file + " is not on the class path");
      }
      Files.copy(in, target);
    }
  }

  private List<String> simulating() {
    return List.of(
        "io.tidegate.app.Main",
        "simulator",
        "--port=0",
        "--event-loops=" + Runtime.getRuntime().availableProcessors(),
        "--scenarios=" + folder.resolve("scenarios"),
        "--until-stdin-closes");
  }

  Size size() {
    return options.size();
  }

  Vertx vertx() {
    return vertx;
  }

  Served simulator() {
    return simulator;
  }

  Served floor() {
    return serve("floor", FLOOR, List.of(Floor.class.getName(), simulator.url().toString()));
  }

  /** A Redis of its own with no gateway on it yet. */
  House house() {
    return new House(place("house"), environment(), options.gatewayFlags());
  }

  /** A new folder. */
  Path place(String name) {
    try {
      return Files.createDirectories(folder.resolve(name + numbered.incrementAndGet()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Map<String, String> environment() {
    return Map.of(
        "TIDEGATE_CONFIG", folder.resolve("config").toString(),
        "BENCHMARK_SIMULATOR", simulator.url().toString(),
        "BENCHMARK_KEY_HASH", Api.keyHash(),
        "TIDEGATE_HTTP_PORT", "0",
        "TIDEGATE_MANAGEMENT_PORT", "0");
  }

  private Served serve(String name, Pattern announcement, List<String> command) {
    var log = place("log").resolve(name + ".log");
    var child =
        Child.launch(
            new Child.Order(
                log,
                System.getProperty("java.class.path"),
                List.of(),
                command,
                Map.of(),
                announcement));
    var url = URI.create(child.announcement().group(1));
    return new Served(child, url, url);
  }

  /** The class path without tests and their libraries, as a gateway in production has it. */
  static String productClassPath() {
    var libraries = productLibraries();
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> libraries.contains(entry) || Files.isDirectory(Path.of(entry)))
        .filter(entry -> !entry.endsWith("test-classes"))
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** Maven writes them down before it compiles tests. */
  private static Set<String> productLibraries() {
    try {
      return Set.of(Files.readString(LIBRARIES).strip().split(File.pathSeparator));
    } catch (IOException e) {
      throw new UncheckedIOException("mvn test-compile writes " + LIBRARIES, e);
    }
  }

  @Override
  public void close() {
    simulator.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
    try (var files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
