package io.tidegate.gatling;

import io.gatling.app.Gatling;
import io.tidegate.benchmark.Stand;
import java.net.URI;
import java.util.stream.Collectors;

/**
 * Plays a simulation: {@code Play SIMULATION}. The system property {@code target} names the
 * gateways, with commas between; without it some are started, {@code gateways} of them.
 */
public final class Play {
  private Play() {}

  public static void main(String[] args) {
    if (System.getProperty("target", "").isBlank()) {
      var stand = Stand.open(Integer.getInteger("gateways", 1));
      // Gatling ends the process when it is done.
      Runtime.getRuntime().addShutdownHook(new Thread(stand::close));
      var urls = stand.gateways().stream().map(URI::toString).collect(Collectors.joining(","));
      System.setProperty("target", urls);
      System.setProperty("authorization", Stand.authorization());
    }
    Gatling.main(
        new String[] {
          "--simulation", "io.tidegate.gatling." + args[0], "--results-folder", "target/gatling"
        });
  }
}
