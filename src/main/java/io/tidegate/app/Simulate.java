package io.tidegate.app;

import io.tidegate.simulator.Simulator;
import io.tidegate.simulator.SimulatorSettings;
import io.tidegate.simulator.SimulatorSettings.Role;
import io.tidegate.simulator.scenario.Pace;
import io.vertx.core.Vertx;
import java.net.URI;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Serves the simulator, or parts of it, until the process is told to end. */
@Command(
    name = "simulator",
    mixinStandardHelpOptions = true,
    description = "Serves simulated models, an ERP's tools and a ledger, or some of them.")
final class Simulate implements Callable<Integer> {
  @Option(names = "--host", defaultValue = "127.0.0.1", description = "Default: ${DEFAULT-VALUE}")
  private String host = "";

  @Option(names = "--port", defaultValue = "18080", description = "0 is a free one. Default: 18080")
  private int port;

  @Option(
      names = "--roles",
      split = ",",
      defaultValue = "MODEL,TOOLS,LEDGER",
      description = "What to play: ${COMPLETION-CANDIDATES}. Default: all")
  private Set<Role> roles = Set.of();

  @Option(names = "--event-loops", defaultValue = "1", description = "Default: ${DEFAULT-VALUE}")
  private int eventLoops;

  @Option(names = "--scenarios", description = "A folder of more scenario files.")
  private @Nullable Path scenarios;

  @Option(names = "--first", defaultValue = "20", description = "Milliseconds to the first piece.")
  private int first;

  @Option(names = "--every", defaultValue = "4", description = "Milliseconds between pieces.")
  private int every;

  @Option(names = "--words", defaultValue = "3", description = "Words in a piece.")
  private int words;

  @Option(names = "--tool-ms", defaultValue = "20", description = "Milliseconds that a tool takes.")
  private int toolMs;

  @Option(names = "--ledger-file", description = "Where the ledger keeps its requests.")
  private @Nullable Path ledgerFile;

  @Option(names = "--ledger-url", description = "A ledger elsewhere that the tools post to.")
  private @Nullable URI ledgerUrl;

  @Option(names = "--seed", defaultValue = "1", description = "Of the dice. Default: 1")
  private long seed;

  @Option(
      names = "--until-stdin-closes",
      description = "Stop when standard input ends, so that a parent process takes this one along.")
  private boolean untilStdinCloses;

  @Override
  public Integer call() throws InterruptedException {
    var simulator =
        Simulator.start(Vertx.vertx(), settings()).toCompletionStage().toCompletableFuture().join();
    System.out.println("The simulator serves " + simulator.url());
    if (untilStdinCloses) {
      ParentPipe.exitWhenClosed();
    }
    Thread.currentThread().join();
    return 0;
  }

  private SimulatorSettings settings() {
    return new SimulatorSettings(
        host,
        port,
        eventLoops,
        roles,
        scenarios,
        new Pace(first, every, words, 0),
        toolMs,
        ledgerFile,
        ledgerUrl,
        seed,
        SimulatorSettings.DEFAULT.maxBodyBytes());
  }
}
