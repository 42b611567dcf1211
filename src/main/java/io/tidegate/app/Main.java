package io.tidegate.app;

import io.tidegate.app.demo.DemoCommand;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line. */
@Command(
    name = "tidegate",
    description = "A reactive agent gateway.",
    mixinStandardHelpOptions = true,
    subcommands = {Serve.class, KeyCommand.class, Simulate.class, DemoCommand.class})
public final class Main {
  private Main() {}

  /** Whether Netty has events for the JVM's flight recorder, whose classes take long to load. */
  private static final String NETTY_EVENTS = "io.netty.jfr.enabled";

  public static void main(String[] args) {
    if (System.getProperty(NETTY_EVENTS) == null) {
      System.setProperty(NETTY_EVENTS, "false");
    }
    int status = run(args.length == 0 ? List.of("serve") : List.of(args));
    LogLines.finish();
    System.exit(status);
  }

  /** A start as usual goes past picocli, which takes a while to see what all commands take. */
  private static int run(List<String> arguments) {
    var serve = Serve.asUsual(arguments);
    return serve == null
        ? new CommandLine(new Main())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .execute(arguments.toArray(String[]::new))
        : serve.status();
  }
}
