package io.tidegate.simulator;

import io.tidegate.simulator.SimulatorSettings.Role;
import io.tidegate.simulator.erp.Erp;
import io.tidegate.simulator.erp.Tools;
import io.tidegate.simulator.fault.Faults;
import io.tidegate.simulator.ledger.Ledger;
import io.tidegate.simulator.ledger.LedgerApi;
import io.tidegate.simulator.ledger.Posting;
import io.tidegate.simulator.ledger.RemoteLedger;
import io.tidegate.simulator.model.Bill;
import io.tidegate.simulator.model.Provider;
import io.tidegate.simulator.model.RequestLog;
import io.tidegate.simulator.scenario.Scenarios;
import io.tidegate.simulator.web.Answers;
import io.tidegate.simulator.web.Jsons;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.BodyHandler;
import java.net.URI;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The simulator on one event loop. */
final class SimulatorVerticle extends VerticleBase {
  private final SimulatorSettings settings;
  private final Faults faults;
  private final RequestLog log;
  private final Bill bill;
  private final @Nullable Ledger ledger;
  private final AtomicInteger port;

  SimulatorVerticle(
      SimulatorSettings settings,
      Faults faults,
      RequestLog log,
      Bill bill,
      @Nullable Ledger ledger,
      AtomicInteger port) {
    this.settings = settings;
    this.faults = faults;
    this.log = log;
    this.bill = bill;
    this.ledger = ledger;
    this.port = port;
  }

  @Override
  public Future<?> start() {
    var options =
        new HttpServerOptions()
            .setHost(settings.host())
            .setPort(settings.port())
            .setTcpNoDelay(true);
    return vertx
        .executeBlocking(this::read)
        .map(this::router)
        .compose(router -> vertx.createHttpServer(options).requestHandler(router).listen())
        .onSuccess(server -> port.set(server.actualPort()));
  }

  /** What is read from files, which takes a while. */
  private record Files(Scenarios scenarios, Erp erp) {}

  private Files read() {
    return new Files(Scenarios.load(settings.scenarios(), settings.pace()), Erp.load());
  }

  private Router router(Files files) {
    var router = Router.router(vertx);
    router
        .route()
        .handler(BodyHandler.create(false).setBodyLimit(settings.maxBodyBytes()))
        .failureHandler(Answers::failure);
    router.get("/health").handler(ctx -> Answers.json(ctx, 200, Jsons.object("status", "up")));
    new FaultsApi(faults).mount(router);
    for (var role : settings.roles()) {
      switch (role) {
        case MODEL -> new Provider(vertx, files.scenarios(), faults, log, bill).mount(router);
        case TOOLS -> tools(files.erp()).mount(router);
        case LEDGER -> new LedgerApi(Objects.requireNonNull(ledger)).mount(router);
      }
    }
    return router;
  }

  private Tools tools(Erp erp) {
    return new Tools(vertx, erp, posting(), faults, settings.toolMs());
  }

  private Posting posting() {
    if (settings.roles().contains(Role.LEDGER) && ledger != null) {
      return ledger;
    }
    URI url = Objects.requireNonNull(settings.ledgerUrl());
    return new RemoteLedger(vertx.createHttpClient(), url);
  }
}
