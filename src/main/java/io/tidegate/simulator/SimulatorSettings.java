package io.tidegate.simulator;

import io.tidegate.simulator.scenario.Pace;
import java.net.URI;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a simulator is to be.
 *
 * @param port 0 takes a free one
 * @param eventLoops how many event loops serve the model and the tools
 * @param roles what it plays
 * @param scenarios a folder of scenario files besides those that come with it, or null
 * @param pace the pace of replies where a scenario sets none
 * @param toolMs how long every tool takes, in milliseconds
 * @param ledgerFile where the ledger writes its requests; null keeps them in memory only
 * @param ledgerUrl the ledger that tools post to when this process plays none, or null
 * @param seed of the dice for faults with a probability
 * @param maxBodyBytes the largest request body
 */
public record SimulatorSettings(
    String host,
    int port,
    int eventLoops,
    Set<Role> roles,
    @Nullable Path scenarios,
    Pace pace,
    int toolMs,
    @Nullable Path ledgerFile,
    @Nullable URI ledgerUrl,
    long seed,
    long maxBodyBytes) {

  /** What a simulator can play. */
  public enum Role {
    MODEL,
    TOOLS,
    LEDGER
  }

  public static final SimulatorSettings DEFAULT =
      new SimulatorSettings(
          "127.0.0.1",
          18_080,
          1,
          EnumSet.allOf(Role.class),
          null,
          new Pace(20, 4, 3, 0),
          20,
          null,
          null,
          1,
          16 * 1024 * 1024);

  public SimulatorSettings {
    roles = Set.copyOf(roles);
    if (roles.contains(Role.TOOLS) && !roles.contains(Role.LEDGER) && ledgerUrl == null) {
      throw new IllegalArgumentException("Tools post to a ledger: play one, or give a ledger URL.");
    }
  }

  public SimulatorSettings withPort(int other) {
    return new SimulatorSettings(
        host,
        other,
        eventLoops,
        roles,
        scenarios,
        pace,
        toolMs,
        ledgerFile,
        ledgerUrl,
        seed,
        maxBodyBytes);
  }

  public SimulatorSettings withEventLoops(int other) {
    return new SimulatorSettings(
        host,
        port,
        other,
        roles,
        scenarios,
        pace,
        toolMs,
        ledgerFile,
        ledgerUrl,
        seed,
        maxBodyBytes);
  }

  public SimulatorSettings withPace(Pace other) {
    return new SimulatorSettings(
        host,
        port,
        eventLoops,
        roles,
        scenarios,
        other,
        toolMs,
        ledgerFile,
        ledgerUrl,
        seed,
        maxBodyBytes);
  }

  public SimulatorSettings withToolMs(int other) {
    return new SimulatorSettings(
        host,
        port,
        eventLoops,
        roles,
        scenarios,
        pace,
        other,
        ledgerFile,
        ledgerUrl,
        seed,
        maxBodyBytes);
  }

  public SimulatorSettings withScenarios(@Nullable Path other) {
    return new SimulatorSettings(
        host,
        port,
        eventLoops,
        roles,
        other,
        pace,
        toolMs,
        ledgerFile,
        ledgerUrl,
        seed,
        maxBodyBytes);
  }

  /** A ledger and nothing else. */
  public SimulatorSettings onlyLedger(@Nullable Path file) {
    return new SimulatorSettings(
        host, port, 1, Set.of(Role.LEDGER), null, pace, toolMs, file, null, seed, maxBodyBytes);
  }

  /** All but the ledger, which is elsewhere. */
  public SimulatorSettings postingTo(URI ledger) {
    return new SimulatorSettings(
        host,
        port,
        eventLoops,
        Set.of(Role.MODEL, Role.TOOLS),
        scenarios,
        pace,
        toolMs,
        null,
        ledger,
        seed,
        maxBodyBytes);
  }
}
