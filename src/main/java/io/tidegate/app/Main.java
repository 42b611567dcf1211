package io.tidegate.app;

import io.tidegate.app.demo.DemoCommand;
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

  public static void main(String[] args) {
    var arguments = args.length == 0 ? new String[] {"serve"} : args;
    int status =
        new CommandLine(new Main()).setCaseInsensitiveEnumValuesAllowed(true).execute(arguments);
    LogLines.finish();
    System.exit(status);
  }
}
