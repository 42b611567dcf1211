package io.tidegate.app.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The processes of a demo: the simulator with its ledger, and the gateway. A gateway that dies is
 * started again on the same ports and folder.
 */
final class Stage implements AutoCloseable {
  private final URI simulator = freeUrl();
  private final URI gateway = freeUrl();
  private final URI management = freeUrl();
  private final DemoSettings settings;
  private final Path folder;
  private final Deque<Runnable> started = new ArrayDeque<>();
  private @Nullable Cast cast;
  private @Nullable Supervised serving;

  private Stage(DemoSettings settings, String demo) {
    this.settings = settings;
    this.folder = settings.data().resolve(demo).toAbsolutePath();
  }

  /** Starts both, and waits until they are ready. */
  static Stage open(DemoSettings settings, String demo) throws InterruptedException {
    var stage = new Stage(settings, demo);
    try {
      stage.start();
      return stage;
    } catch (RuntimeException | InterruptedException e) {
      stage.close();
      throw e;
    }
  }

  private void start() throws InterruptedException {
    var config = unpack(folder.resolve("config"), files());
    var simulating = startSimulator();
    started.push(simulating::close);
    if (settings.chaos()) {
      var playing = Cast.start(folder, simulator);
      started.push(playing::close);
      cast = playing;
    }
    var first = startGateway(config);
    started.push(first::close);
    awaitReady(simulating, simulator.resolve("/health"));
    awaitReady(first, management.resolve("/health/ready"));
    serving = Supervised.watch(first, () -> startGateway(config));
    started.push(serving::close);
  }

  private ChildProcess startSimulator() {
    return ChildProcess.start(
        folder.resolve("simulator.log"),
        Map.of(),
        List.of(
            "simulator",
            "--port=" + simulator.getPort(),
            "--seed=" + settings.seed(),
            "--ledger-file=" + folder.resolve("ledger.jsonl")));
  }

  private ChildProcess startGateway(Path config) {
    var environment = new HashMap<>(settings.provider(System.getenv()));
    environment.put("TIDEGATE_CONFIG", config.toString());
    environment.put("TIDEGATE_DATA", data().toString());
    environment.put("TIDEGATE_HTTP_PORT", Integer.toString(gateway.getPort()));
    environment.put("TIDEGATE_MANAGEMENT_PORT", Integer.toString(management.getPort()));
    environment.put("TIDEGATE_SIMULATOR_URL", simulator.toString());
    environment.put("TIDEGATE_DEMO_RECEIPTS_URL", simulator.toString());
    if (cast != null) {
      environment.putAll(cast.environment());
    }
    return ChildProcess.start(folder.resolve("gateway.log"), environment, List.of("serve"));
  }

  /** What is left of earlier demos goes on in this one, but for chaos, which needs quiet. */
  private Path data() {
    var parent = settings.chaos() ? folder : settings.data();
    return parent.resolve("gateway").toAbsolutePath();
  }

  static void awaitReady(ChildProcess child, URI health) throws InterruptedException {
    var backoff = new Backoff();
    while (!isReady(health)) {
      if (!child.isAlive()) {
        throw new IllegalStateException("A process did not start. " + child.ended());
      }
      if (!backoff.again()) {
        throw new IllegalStateException(health + " did not become ready in two minutes.");
      }
    }
  }

  private static boolean isReady(URI health) throws InterruptedException {
    try (var client = HttpClient.newHttpClient()) {
      var request = HttpRequest.newBuilder(health).timeout(Duration.ofSeconds(2)).build();
      return client.send(request, BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException notYet) {
      return false;
    }
  }

  /** The files of the configuration, each with the resource that it comes from. */
  private Map<String, String> files() {
    return Map.of(
        "gateway.yaml",
        "gateway.yaml",
        "models.yaml",
        settings.chaos() ? "models-chaos.yaml" : "models.yaml",
        "tools.yaml",
        "tools.yaml",
        "agents/reconciler.yaml",
        "agents/reconciler.yaml");
  }

  private static Path unpack(Path config, Map<String, String> files) {
    try {
      for (var name : files.keySet()) {
        var target = config.resolve(name);
        var file = files.get(name);
        Files.createDirectories(target.getParent());
        try (InputStream in = Stage.class.getResourceAsStream("/demo/" + file)) {
          if (in == null) {
            throw new IllegalStateException("/demo/%s is not on the class path.".formatted(file));
          }
          Files.copy(in, target, StandardCopyOption.REPLACE_EXISTING);
        }
      }
      return config;
    } catch (IOException e) {
      throw new UncheckedIOException("The demo can't write to " + config + ".", e);
    }
  }

  static URI freeUrl() {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return URI.create("http://127.0.0.1:" + socket.getLocalPort());
    } catch (IOException e) {
      throw new UncheckedIOException("There is no free port.", e);
    }
  }

  URI simulator() {
    return simulator;
  }

  URI gateway() {
    return gateway;
  }

  URI management() {
    return management;
  }

  Path folder() {
    return folder;
  }

  /** Who falls ill, if there is to be chaos. */
  Optional<Cast> cast() {
    return Optional.ofNullable(cast);
  }

  int restarts() {
    return serving == null ? 0 : serving.restarts();
  }

  /** Ends the processes, the last one first. */
  @Override
  public void close() {
    while (!started.isEmpty()) {
      started.pop().run();
    }
  }
}
