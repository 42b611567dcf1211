package io.tidegate.app;

import io.tidegate.config.Config;
import io.tidegate.config.InvalidConfig;
import io.tidegate.config.Look;
import io.tidegate.config.Origin;
import io.tidegate.config.Parts;
import io.tidegate.config.Settings;
import io.tidegate.policy.CelConditions;
import io.tidegate.policy.CelRules;
import io.tidegate.simulator.Simulator;
import io.tidegate.simulator.SimulatorSettings;
import io.tidegate.tool.BuiltIns;
import io.tidegate.tool.Contracts;
import io.tidegate.tool.JsonStates;
import io.tidegate.tool.ToolProblems;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Serves until it is told to stop. */
@Command(
    name = "serve",
    description = "Serves the API until it is stopped.",
    mixinStandardHelpOptions = true)
final class Serve implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(Serve.class);
  private static final int INVALID_CONFIGURATION = 2;

  /** How long a stop that misses the drain is waited for all the same. */
  private static final long BEYOND_DRAIN_MS = 2_000;

  private static final String UNTIL_STDIN_CLOSES = "--until-stdin-closes";

  @Option(
      names = UNTIL_STDIN_CLOSES,
      description = "Stop when standard input ends, so that a parent process takes this one along.")
  private boolean untilStdinCloses;

  Serve() {
    this(false);
  }

  private Serve(boolean untilStdinCloses) {
    this.untilStdinCloses = untilStdinCloses;
  }

  /** The command of a line that says no more than most do; null if it may say more. */
  static @Nullable Serve asUsual(List<String> arguments) {
    if (arguments.equals(List.of("serve"))) {
      return new Serve(false);
    }
    return arguments.equals(List.of("serve", UNTIL_STDIN_CLOSES)) ? new Serve(true) : null;
  }

  /** Serves, and gives the process's exit status. */
  int status() {
    try {
      return call();
    } catch (InterruptedException | RuntimeException e) {
      e.printStackTrace();
      return CommandLine.ExitCode.SOFTWARE;
    }
  }

  @Override
  public Integer call() throws InterruptedException {
    // These take as long as reading the configuration does, and don't wait for each other.
    var vertx = CompletableFuture.supplyAsync(Serve::vertx, Serve::beside);
    beside(() -> CelRules.problems("true"));
    Origin origin;
    Look first;
    Settings settings;
    try {
      origin = Origin.of(System.getenv());
      first = origin.look();
      settings = Config.read(first, parts());
    } catch (InvalidConfig invalid) {
      System.err.println(invalid.getMessage());
      vertx.join().close();
      return INVALID_CONFIGURATION;
    }
    LogLines.use(settings.telemetry().logging().format());
    settings.warnings().forEach(LOG::warn);
    return serve(vertx.join(), settings, origin, first);
  }

  private static void beside(Runnable task) {
    Thread.ofPlatform().daemon().name("start").start(task);
  }

  private static Vertx vertx() {
    return Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
  }

  /** What the configuration needs of packages that it may not know. */
  static Parts parts() {
    return new Parts(
        CelRules::problems,
        CelConditions::problems,
        CelRules::keyProblems,
        (state, schema) -> new JsonStates().check(state, schema).problems(),
        ToolProblems::of,
        BuiltIns.settings(),
        Contracts::sealed);
  }

  private Integer serve(Vertx vertx, Settings settings, Origin origin, Look first)
      throws InterruptedException {
    try {
      var open =
          simulator(settings)
              .compose(
                  completed ->
                      Gateway.start(vertx, completed.apply(settings))
                          .onSuccess(
                              begun -> begun.follow(new WrittenFiles(origin, completed), first)))
              .toCompletionStage()
              .toCompletableFuture()
              .get();
      announce(settings, open);
      Runtime.getRuntime()
          .addShutdownHook(new Thread(() -> stop(vertx, open, settings.drain()), "stop"));
      if (untilStdinCloses) {
        ParentPipe.exitWhenClosed();
      }
      Thread.currentThread().join();
      return 0;
    } catch (ExecutionException failure) {
      System.err.println("Tidegate can't start: " + sentence(failure));
      LOG.debug("start", failure);
      vertx.close();
      return 1;
    }
  }

  private static String sentence(ExecutionException failure) {
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    return cause.getMessage() == null ? cause.toString() : cause.getMessage();
  }

  /** With the shipped configuration and no key, the gateway brings its own model. */
  private static Future<UnaryOperator<Settings>> simulator(Settings settings) {
    boolean shipped = System.getenv("TIDEGATE_CONFIG") == null;
    if (!shipped || settings.routesWithoutKey().isEmpty()) {
      return Future.succeededFuture(UnaryOperator.identity());
    }
    // Servers of one Vert.x that take any free port would take each other's requests.
    return Simulator.start(Vertx.vertx(), SimulatorSettings.DEFAULT.withPort(0))
        .map(
            simulator -> {
              LOG.warn(
                  "no provider has a key: model replies are simulated (set ANTHROPIC_API_KEY or"
                      + " OPENAI_API_KEY for real ones)");
              var address = URI.create("http://127.0.0.1:" + simulator.port());
              return found -> Simulated.models(found, address);
            });
  }

  private static void announce(Settings settings, Gateway.Open open) {
    var http = settings.http();
    if (http.keys().isEmpty()) {
      LOG.info(
          "no API key is configured: the API serves this machine alone, and whoever is on it may do"
              + " everything");
    }
    System.out.printf(
        "Tidegate serves %s (management %s)%n",
        url(http.apiHost(), open.door().port()), url(http.host(), open.door().managementPort()));
    System.out.flush();
  }

  private static String url(String host, int port) {
    return "http://%s:%d".formatted(host.contains(":") ? "[" + host + "]" : host, port);
  }

  private static void stop(Vertx vertx, Gateway.Open open, Duration drain) {
    try {
      open.stop()
          .eventually(vertx::close)
          .toCompletionStage()
          .toCompletableFuture()
          .get(drain.toMillis() + BEYOND_DRAIN_MS, TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException failure) {
      LOG.warn("stopped, but not cleanly: {}", failure.toString());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    LogLines.finish();
  }
}
