package io.tidegate.app.demo;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs the demo; its exit status is 0 only if all adds up. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = "Has invoices reconciled by agents over the HTTP API, and checks the ledger.")
public final class DemoCommand implements Callable<Integer> {
  @Option(names = "--invoices", description = "How many invoices. Default: 500; 10 with --real")
  private @Nullable Integer invoices;

  @Option(names = "--concurrency", defaultValue = "64", description = "Runs at once. Default: 64")
  private int concurrency;

  @Option(names = "--seed", defaultValue = "1", description = "Of the simulator's dice.")
  private long seed;

  @Option(
      names = "--trouble",
      defaultValue = "0.01",
      description = "The share of lookups that the ERP answers with 503. Default: 0.01")
  private double trouble;

  @Option(names = "--data", defaultValue = "data/demo", description = "Default: data/demo")
  private Path data = Path.of("data/demo");

  @Option(names = "--keep", description = "Keep the gateway and the simulator running at the end.")
  private boolean keep;

  @Option(
      names = "--chaos",
      description =
          "Make model providers and a tool fall ill one after the other, and show what the gateway"
              + " makes of it. Takes about a minute.")
  private boolean chaos;

  @Option(
      names = "--real",
      description = "Ask the real provider whose key is set: ANTHROPIC_API_KEY or OPENAI_API_KEY.")
  private boolean real;

  @Override
  public Integer call() throws InterruptedException {
    try {
      return new Demo(settings(), System.out).run() ? 0 : 1;
    } catch (IllegalArgumentException | IllegalStateException | UncheckedIOException e) {
      System.err.println(e.getMessage());
      return 1;
    }
  }

  private DemoSettings settings() {
    int count = invoices != null ? invoices : real ? 10 : 500;
    return new DemoSettings(count, concurrency, seed, trouble, data, keep, chaos, real);
  }
}
