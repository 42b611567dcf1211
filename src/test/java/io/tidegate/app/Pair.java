package io.tidegate.app;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidegate.config.Config;
import io.tidegate.session.bundled.BundledRedis;
import io.tidegate.simulator.Simulator;
import io.tidegate.simulator.SimulatorSettings;
import io.vertx.core.Vertx;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Two gateways on one Redis, and several model providers that can fail each for itself. */
final class Pair implements AutoCloseable {
  private final Path folder;
  private final Vertx providersVertx = Vertx.vertx();
  private final Map<String, Simulator> providers = new LinkedHashMap<>();
  private final List<Vertx> vertxes = new ArrayList<>();
  private final List<Gateway.Open> gateways = new ArrayList<>();
  private final BundledRedis redis;

  private Pair(Path folder) throws IOException {
    this.folder = folder;
    this.redis = BundledRedis.start(folder.resolve("redis"));
  }

  /** Opens one; a provider's name in capitals in models.yaml stands for its address. */
  static Pair open(List<String> names, String models, Map<String, String> agents) {
    try {
      var pair = new Pair(Files.createTempDirectory("tg"));
      var text = models;
      for (var name : names) {
        var settings = SimulatorSettings.DEFAULT.withPort(0);
        var simulator = Harness.await(Simulator.start(pair.providersVertx, settings));
        pair.providers.put(name, simulator);
        text = text.replace(name, simulator.url().toString());
      }
      pair.write("models.yaml", text);
      for (var agent : agents.entrySet()) {
        pair.write("agents/" + agent.getKey() + ".yaml", agent.getValue());
      }
      pair.start(0);
      pair.start(1);
      return pair;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void write(String name, String text) throws IOException {
    var path = folder.resolve("config").resolve(name);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  private void start(int i) {
    var vertx = Vertx.vertx();
    vertxes.add(vertx);
    var environment =
        Map.of(
            "TIDEGATE_DATA",
            folder.resolve("data-" + i).toString(),
            "TIDEGATE_HTTP_PORT",
            "0",
            "TIDEGATE_MANAGEMENT_PORT",
            "0",
            "REDIS_URL",
            redis.url());
    var settings = Config.load(folder.resolve("config"), environment, Serve.parts());
    gateways.add(Harness.await(Gateway.start(vertx, settings)));
  }

  Client gateway(int i) {
    return new Client("http://127.0.0.1:" + gateways.get(i % 2).door().port());
  }

  /** The value of a metric's one series at a gateway, or -1. */
  double metric(int i, String series) {
    var text =
        new Client("http://127.0.0.1:" + gateways.get(i).door().managementPort())
            .get("/metrics")
            .body()
            .asText();
    return text.lines()
        .filter(line -> line.startsWith(series))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .findFirst()
        .orElse(-1);
  }

  Client provider(String name) {
    return new Client(providers.get(name).url().toString());
  }

  /** It takes no connection any more. */
  void kill(String name) {
    Harness.await(providers.get(name).close());
  }

  /** How many questions a provider got. */
  long asked(String name) {
    return provider(name).get("/admin/requests").body().get("count").asLong();
  }

  /** Starts so many runs, in turn at both, and gives how they ended. */
  List<JsonNode> run(int count, String agent, Script script) {
    var sessions = new ArrayList<String>();
    for (int i = 0; i < count; i++) {
      var run = gateway(i).post("/v1/runs", script.by(agent, "\"background\": true")).body();
      sessions.add(Site.path(run));
    }
    var stops = new ArrayList<JsonNode>();
    for (int i = 0; i < count; i++) {
      var path = sessions.get(i);
      var at = gateway(i);
      stops.add(Site.until("the run ends: " + path, () -> ended(at.get(path).body())));
    }
    return stops;
  }

  private static Optional<JsonNode> ended(JsonNode run) {
    return Optional.ofNullable(run.get("stop")).filter(stop -> !stop.isNull());
  }

  @Override
  public void close() {
    gateways.forEach(gateway -> Harness.await(gateway.stop()));
    vertxes.forEach(vertx -> Harness.await(vertx.close()));
    Harness.await(providersVertx.close());
    redis.close();
    try (var files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
