package io.tidegate.app;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidegate.loop.Entry;
import io.tidegate.simulator.Simulator;
import io.tidegate.simulator.SimulatorSettings;
import io.tidegate.simulator.scenario.Pace;
import io.vertx.core.Vertx;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * A gateway in a process of its own, that may be killed and started again on the same folder, with
 * a model and tools that outlive it.
 */
final class Site implements Place, AutoCloseable {
  /** Replies that take a while: words come one by one. */
  private static final Pace SLOW = new Pace(20, 8, 1, 0);

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String SESSIONS = "/v1/sessions/";

  private final Path folder;
  private final Vertx vertx = Vertx.vertx();
  private final Vertx modelVertx = Vertx.vertx();
  private final ToolServer tools;
  private ServeProcess gateway;

  private Site(Path folder) {
    this.folder = folder;
    this.tools = ToolServer.start(vertx);
  }

  /** Opens one whose gateway is not started yet. */
  static Site prepared(Map<String, String> more) {
    try {
      var site = new Site(Files.createTempDirectory("tg"));
      var settings = SimulatorSettings.DEFAULT.withPort(0).withPace(SLOW);
      var model = Harness.await(Simulator.start(site.modelVertx, settings));
      var files = new HashMap<>(Map.of("models.yaml", MODELS.replace("MODEL", model.url() + "")));
      files.put("agents/worker.yaml", WORKER);
      files.put("agents/careful.yaml", CAREFUL);
      files.putAll(site.tools.files());
      files.putAll(more);
      site.write(files);
      return site;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Site open() {
    var site = prepared(Map.of());
    site.start();
    return site;
  }

  private void write(Map<String, String> files) throws IOException {
    for (var file : files.entrySet()) {
      var path = folder.resolve("config").resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.writeString(path, file.getValue());
    }
  }

  /** The environment of its gateway. */
  Map<String, String> environment() {
    return Map.of(
        "TIDEGATE_CONFIG",
        folder.resolve("config").toString(),
        "TIDEGATE_DATA",
        data().toString(),
        "TIDEGATE_HTTP_PORT",
        "0",
        "TIDEGATE_MANAGEMENT_PORT",
        "0");
  }

  Map<String, String> environment(String name, String value) {
    var environment = new HashMap<>(environment());
    environment.put(name, value);
    return environment;
  }

  void start() {
    gateway = ServeProcess.start(environment());
  }

  /** Kills the gateway, and starts it again on what it left. */
  void killAndStart() {
    gateway.kill();
    start();
  }

  ServeProcess gateway() {
    return gateway;
  }

  @Override
  public Client client() {
    return gateway.client();
  }

  @Override
  public ToolServer tools() {
    return tools;
  }

  Path data() {
    return folder.resolve("data");
  }

  /** The Redis that serves the folder, if one does. */
  Optional<ProcessHandle> redis() {
    try {
      var pid = data().resolve("redis.pid");
      return Files.exists(pid)
          ? ProcessHandle.of(Long.parseLong(Files.readString(pid).strip()))
          : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public List<Entry> journal(String session) {
    try (var journals = new Journals(vertx, "unix://" + data().resolve("redis.sock"))) {
      return journals.read(session);
    }
  }

  static String path(JsonNode run) {
    return SESSIONS + run.get("session").asText() + "/runs/" + run.get("run").asText();
  }

  /** The session of a run's path. */
  static String session(String path) {
    return path.substring(SESSIONS.length(), path.indexOf("/runs/"));
  }

  static String request(String agent, String script) {
    return Harness.JSON
        .createObjectNode()
        .put("agent", agent)
        .put("input", script)
        .put("background", true)
        .toString();
  }

  /** Waits for something that a look can tell. */
  static <T> T until(String what, Supplier<Optional<T>> look) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < deadline) {
      var seen = look.get();
      if (seen.isPresent()) {
        return seen.get();
      }
      pause();
    }
    throw new AssertionError("not within " + PATIENCE + ": " + what);
  }

  static void until(String what, BooleanSupplier look) {
    until(what, () -> look.getAsBoolean() ? Optional.of(true) : Optional.empty());
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(10);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    if (gateway != null && gateway.isAlive()) {
      gateway.kill();
    }
    redis().ifPresent(redis -> redis.onExit().orTimeout(20, TimeUnit.SECONDS).join());
    Harness.await(vertx.close());
    Harness.await(modelVertx.close());
    try (var files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static final String MODELS =
      """
      providers:
        sim: {protocol: openai-chat, base-url: "MODEL/v1"}
      models:
        script:
          targets:
            - {provider: sim, model: script, retry: {attempts: 3, budget: 100%}}
      """;

  private static final String WORKER =
      """
      model: script
      tools: [look, put, write, write-or-fail, write-again]
      limits: {steps: 500, tool-calls: 2000, parallel: 16, deadline: 10m}
      """;

  static final String CAREFUL =
      """
      model: script
      tools: [look, write]
      rules:
        - {when: "tool == 'write' && args.id == 'brief'", then: ask, expires: 2s}
        - {when: "tool == 'write'", then: ask, expires: 1h}
      """;
}
