package io.tidegate.simulator;

import io.tidegate.simulator.SimulatorSettings.Role;
import io.tidegate.simulator.fault.Faults;
import io.tidegate.simulator.ledger.Ledger;
import io.tidegate.simulator.model.Bill;
import io.tidegate.simulator.model.RequestLog;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A running simulator: a model provider, an ERP's tools, a ledger, or some of them, on one port.
 */
public final class Simulator {
  /** To Vert.x, servers with the same negative port share one free port. */
  private static final AtomicInteger FREE_PORTS = new AtomicInteger();

  private final Vertx vertx;
  private final SimulatorSettings settings;
  private final Faults faults;
  private final @Nullable Ledger ledger;
  private final AtomicInteger port = new AtomicInteger();
  private String deployment = "";

  private Simulator(Vertx vertx, SimulatorSettings settings, @Nullable Ledger ledger) {
    this.vertx = vertx;
    this.settings =
        settings.port() == 0 ? settings.withPort(FREE_PORTS.decrementAndGet()) : settings;
    this.faults = new Faults(settings.seed());
    this.ledger = ledger;
  }

  /** Starts one; the future completes when it listens. */
  public static Future<Simulator> start(Vertx vertx, SimulatorSettings settings) {
    return ledger(vertx, settings)
        .map(ledger -> new Simulator(vertx, settings, ledger.orElse(null)))
        .compose(Simulator::deploy);
  }

  private static Future<Optional<Ledger>> ledger(Vertx vertx, SimulatorSettings settings) {
    return settings.roles().contains(Role.LEDGER)
        ? Ledger.open(vertx, settings.ledgerFile()).map(Optional::of)
        : Future.succeededFuture(Optional.empty());
  }

  private Future<Simulator> deploy() {
    var log = new RequestLog();
    var bill = new Bill();
    var options = new DeploymentOptions().setInstances(settings.eventLoops());
    return vertx
        .deployVerticle(
            () -> new SimulatorVerticle(settings, faults, log, bill, ledger, port), options)
        .map(this::deployedAs);
  }

  private Simulator deployedAs(String id) {
    deployment = id;
    return this;
  }

  public int port() {
    return port.get();
  }

  public URI url() {
    return URI.create("http://%s:%d".formatted(settings.host(), port()));
  }

  /** Who is struck when; the admin endpoint changes it too. */
  public Faults faults() {
    return faults;
  }

  public Future<Void> close() {
    return vertx
        .undeploy(deployment)
        .compose(undeployed -> ledger == null ? Future.succeededFuture() : ledger.close());
  }
}
