package io.tidegate.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidegate.config.Config;
import io.tidegate.simulator.Simulator;
import io.tidegate.simulator.SimulatorSettings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A whole gateway with its bundled Redis, and the simulator beside it, all on sockets of this
 * machine.
 */
final class Harness implements AutoCloseable {
  static final ObjectMapper JSON = new ObjectMapper();
  private final Path folder;
  private final Vertx vertx;
  private final Vertx simulatorVertx;
  private final Simulator simulator;
  private final Map<String, String> environment;
  private final List<Gateway.Open> others = new ArrayList<>();
  private Gateway.Open gateway;

  private Harness(
      Path folder, Vertx simulatorVertx, Simulator simulator, Map<String, String> environment) {
    this.environment = environment;
    this.folder = folder;
    this.vertx = Vertx.vertx();
    this.simulatorVertx = simulatorVertx;
    this.simulator = simulator;
  }

  /**
   * Starts both; {@code more} are configuration files besides {@link TestConfig}'s, by name, in
   * which {@code SIMULATOR} stands for its address.
   */
  static Harness start(SimulatorSettings settings, Map<String, String> more) {
    return start(settings, more, Map.of());
  }

  /** With variables of the environment besides its own. */
  static Harness start(
      SimulatorSettings settings, Map<String, String> more, Map<String, String> environment) {
    try {
      var folder = Files.createTempDirectory("tg");
      var scenarios = folder.resolve("scenarios");
      write(scenarios, TestConfig.scenarios());
      var vertx = Vertx.vertx();
      var simulator = await(Simulator.start(vertx, settings.withPort(0).withScenarios(scenarios)));
      var harness = new Harness(folder, vertx, simulator, environment);
      var files = new HashMap<>(TestConfig.files(harness.simulatorUrl()));
      files.putAll(more);
      files.replaceAll((_, text) -> text.replace("SIMULATOR", harness.simulatorUrl()));
      write(folder.resolve("config"), files);
      harness.startGateway();
      return harness;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Harness start() {
    return start(SimulatorSettings.DEFAULT.withToolMs(0), Map.of());
  }

  private static void write(Path folder, Map<String, String> files) throws IOException {
    for (var file : files.entrySet()) {
      var path = folder.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.writeString(path, file.getValue());
    }
  }

  private void startGateway() {
    var variables =
        new HashMap<>(
            Map.of(
                "TIDEGATE_DATA", folder.resolve("data").toString(),
                "TIDEGATE_HTTP_PORT", "0",
                "TIDEGATE_MANAGEMENT_PORT", "0"));
    variables.putAll(environment);
    var settings = Config.load(folder.resolve("config"), variables, Serve.parts());
    gateway = await(Gateway.start(vertx, settings));
  }

  /** One more gateway on the same Redis, which ends with the first. */
  Client another() {
    var variables =
        Map.of(
            "REDIS_URL", "unix://" + folder.resolve("data").resolve("redis.sock"),
            "TIDEGATE_HTTP_PORT", "0",
            "TIDEGATE_MANAGEMENT_PORT", "0");
    var settings = Config.load(folder.resolve("config"), variables, Serve.parts());
    var other = await(Gateway.start(vertx, settings));
    others.add(other);
    return new Client("http://127.0.0.1:" + other.door().port());
  }

  /** Redis stands still; its connections stay open. */
  void pauseRedis() {
    signal("STOP");
  }

  void resumeRedis() {
    signal("CONT");
  }

  private void signal(String name) {
    try {
      var pid = Files.readString(folder.resolve("data").resolve("redis.pid")).strip();
      new ProcessBuilder("kill", "-" + name, pid).start().onExit().join();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Stops the gateway in good order and starts it again on what it wrote. */
  void restart() {
    await(gateway.stop());
    startGateway();
  }

  Client client() {
    return new Client("http://127.0.0.1:" + gateway.door().port());
  }

  Client management() {
    return new Client("http://127.0.0.1:" + gateway.door().managementPort());
  }

  Client simulator() {
    return new Client(simulatorUrl());
  }

  String simulatorUrl() {
    return "http://127.0.0.1:" + simulator.port();
  }

  long active() {
    return gateway.sessions().active();
  }

  Vertx vertx() {
    return vertx;
  }

  int port() {
    return gateway.door().port();
  }

  static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(text, e);
    }
  }

  static <T> T await(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    others.forEach(other -> await(other.stop()));
    await(gateway.stop());
    await(vertx.close());
    await(simulatorVertx.close());
    try (var files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(java.io.File::delete);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
