package io.tidegate.app;

import io.tidegate.loop.Entry;
import io.tidegate.session.RedisStore;
import io.tidegate.session.bundled.BundledRedis;
import io.tidegate.session.redis.Script;
import io.tidegate.simulator.Simulator;
import io.tidegate.simulator.SimulatorSettings;
import io.tidegate.simulator.scenario.Pace;
import io.vertx.core.Vertx;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * Several gateways on one Redis, each a process of its own that reaches Redis by a {@link Wire},
 * with a model and tools that outlive them all. It kills, stops, pauses and cuts.
 */
final class Fleet implements Place, AutoCloseable {
  /** How long others wait for a silent gateway, in milliseconds. */
  static final long LEASE_MS = 1_000;

  /** Counted by each wire: how often a gateway tells Redis to append to a journal. */
  private static final String APPEND = Script.of(RedisStore.class, "append.lua").sha();

  /** Replies that take a while: words come one by one. */
  static final Pace SLOW = new Pace(20, 8, 1, 0);

  private final Path folder;
  private final Vertx vertx = Vertx.vertx();
  private final Vertx modelVertx = Vertx.vertx();
  private final ToolServer tools;
  private final Simulator model;
  private final BundledRedis redis;
  private final Journals journals;
  private final List<Berth> berths = new ArrayList<>();
  private final AtomicInteger turn = new AtomicInteger();
  private final Thread atExit = new Thread(this::killAll);

  /** The place of one gateway: whatever process is in it now. */
  private static final class Berth {
    private final Wire wire;
    private final Map<String, String> environment;
    private volatile ServeProcess process;
    private volatile Client client;
    private volatile String url;
    private volatile boolean serves;

    Berth(Wire wire, Map<String, String> environment) {
      this.wire = wire;
      this.environment = environment;
    }
  }

  private Fleet(Path folder, int size, Pace pace, Function<String, Map<String, String>> more)
      throws IOException {
    this.folder = folder;
    this.tools = ToolServer.start(vertx);
    this.redis = BundledRedis.start(folder.resolve("redis"));
    this.journals = new Journals(vertx, redis.url());
    var settings = SimulatorSettings.DEFAULT.withPort(0).withPace(pace);
    this.model = Harness.await(Simulator.start(modelVertx, settings));
    write(model.url().toString(), more);
    for (int i = 0; i < size; i++) {
      var wire = new Wire(vertx, redis.url(), APPEND);
      berths.add(new Berth(wire, environment(wire.url(), i)));
    }
    // A gateway that is stopped does not notice that its parent is gone.
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  private void write(String url, Function<String, Map<String, String>> more) throws IOException {
    var files = new HashMap<>(tools.files());
    files.put("models.yaml", Site.MODELS.replace("MODEL", url));
    files.put("gateway.yaml", GATEWAY);
    files.put("agents/worker.yaml", WORKER);
    files.put("agents/careful.yaml", Site.CAREFUL);
    files.putAll(more.apply(url));
    for (var file : files.entrySet()) {
      var path = folder.resolve("config").resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.writeString(path, file.getValue());
    }
  }

  private Map<String, String> environment(String redis, int i) {
    return Map.of(
        "TIDEGATE_CONFIG",
        folder.resolve("config").toString(),
        "TIDEGATE_DATA",
        folder.resolve("data-" + i).toString(),
        "TIDEGATE_HTTP_PORT",
        "0",
        "TIDEGATE_MANAGEMENT_PORT",
        "0",
        "REDIS_URL",
        redis);
  }

  /** Opens one with so many gateways, all of which serve. */
  static Fleet open(int size) {
    return open(size, SLOW);
  }

  static Fleet open(int size, Pace pace) {
    return open(size, pace, _ -> Map.of());
  }

  /** One with configuration files besides its own, by name, given where the model is. */
  static Fleet open(int size, Pace pace, Function<String, Map<String, String>> more) {
    try {
      var fleet = new Fleet(Files.createTempDirectory("tg"), size, pace, more);
      fleet.startAll();
      return fleet;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts every gateway that is not alive, all at once. */
  void startAll() {
    for (int i = 0; i < berths.size(); i++) {
      if (!alive(i)) {
        launch(i);
      }
    }
    for (int i = 0; i < berths.size(); i++) {
      awaitServing(i);
    }
  }

  /** Starts a gateway on a wire that is whole; it may not serve yet. */
  void launch(int i) {
    var berth = berths.get(i);
    berth.wire.mend();
    berth.process = ServeProcess.launch(berth.environment);
  }

  void awaitServing(int i) {
    var berth = berths.get(i);
    berth.process.awaitServing();
    berth.client = berth.process.client();
    berth.url = berth.process.url();
    berth.serves = true;
  }

  void start(int i) {
    launch(i);
    awaitServing(i);
  }

  /** Starts it, and says whether it serves: one that finds no Redis ends. */
  boolean started(int i) {
    try {
      start(i);
      return true;
    } catch (AssertionError e) {
      if (alive(i)) {
        throw e;
      }
      return false;
    }
  }

  int size() {
    return berths.size();
  }

  ServeProcess gateway(int i) {
    return berths.get(i).process;
  }

  Wire wire(int i) {
    return berths.get(i).wire;
  }

  boolean alive(int i) {
    var process = berths.get(i).process;
    return process != null && process.isAlive();
  }

  /** As {@code kill -9} does. */
  void kill(int i) {
    berths.get(i).serves = false;
    berths.get(i).process.kill();
  }

  /** Kills it when it sends its nth append from now; returns at once. */
  void killAtAppend(int i, int nth, Wire.Moment moment) {
    var berth = berths.get(i);
    var process = berth.process;
    berth.wire.trap(
        nth,
        moment,
        () -> {
          berth.serves = false;
          process.handle().destroyForcibly();
        });
  }

  /** It stands still; its connections stay open. */
  void stop(int i) {
    berths.get(i).serves = false;
    signal("STOP", berths.get(i).process.handle());
  }

  /** It goes on from where it stood. */
  void cont(int i) {
    signal("CONT", berths.get(i).process.handle());
    berths.get(i).serves = true;
  }

  /** It is told to end, and hands over what it has; returns when it has ended. */
  void drain(int i) {
    berths.get(i).serves = false;
    berths.get(i).process.terminate();
    berths.get(i).process.exitStatus();
  }

  void pauseRedis() {
    signal("STOP", redisProcess());
  }

  void resumeRedis() {
    signal("CONT", redisProcess());
  }

  /** Kills Redis; returns when another one serves what it wrote. */
  void restartRedis() {
    long before = redisProcess().pid();
    redisProcess().destroyForcibly();
    Site.until(
        "another Redis serves",
        () -> {
          try {
            var file = redisPid();
            return Files.exists(file) && Long.parseLong(Files.readString(file).strip()) != before;
          } catch (IOException | NumberFormatException _) {
            return false;
          }
        });
  }

  private Path redisPid() {
    return folder.resolve("redis").resolve("redis.pid");
  }

  private ProcessHandle redisProcess() {
    try {
      return ProcessHandle.of(Long.parseLong(Files.readString(redisPid()).strip())).orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void signal(String name, ProcessHandle process) {
    try {
      var kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
      kill.waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** A client of each gateway that serves, in turn. */
  @Override
  public Client client() {
    for (int tried = 0; tried < berths.size(); tried++) {
      int i = Math.floorMod(turn.getAndIncrement(), berths.size());
      if (berths.get(i).serves) {
        return client(i);
      }
    }
    throw new UncheckedIOException(new IOException("none serves"));
  }

  Client client(int i) {
    return berths.get(i).client;
  }

  /** Where the gateway serves, or served last. */
  String url(int i) {
    return berths.get(i).url;
  }

  /** Whether it can be asked something now. */
  boolean serves(int i) {
    return berths.get(i).serves;
  }

  /** Asks the model's server, about itself too. */
  Client model() {
    return new Client(model.url().toString());
  }

  @Override
  public ToolServer tools() {
    return tools;
  }

  @Override
  public List<Entry> journal(String session) {
    return journals.read(session);
  }

  @Override
  public String standing(String session) {
    var journal = journals.read(session);
    var end = journal.subList(Math.max(0, journal.size() - 10), journal.size());
    return Standing.of(redis.url(), session) + "\n" + end;
  }

  private void killAll() {
    berths.forEach(
        berth -> {
          if (berth.process != null) {
            berth.process.handle().destroyForcibly();
          }
        });
  }

  @Override
  public void close() {
    killAll();
    berths.forEach(
        berth -> {
          berth.process.exitStatus();
          berth.wire.close();
        });
    Runtime.getRuntime().removeShutdownHook(atExit);
    resumeRedis();
    journals.close();
    redis.close();
    Harness.await(vertx.close());
    Harness.await(modelVertx.close());
    try (var files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final String GATEWAY =
      """
      lease: 1s
      drain: 2s
      """;

  private static final String WORKER =
      """
      model: script
      tools: [look, put, write]
      limits: {steps: 500, tool-calls: 2000, parallel: 16, deadline: 30m}
      rules:
        - {when: "tool == 'write' && args.id.contains('signed')", then: ask, expires: 1h}
      """;
}
