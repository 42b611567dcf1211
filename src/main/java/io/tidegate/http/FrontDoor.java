package io.tidegate.http;

import io.tidegate.run.Agents;
import io.tidegate.run.Audit;
import io.tidegate.run.BudgetDesk;
import io.tidegate.run.Documents;
import io.tidegate.run.Journal;
import io.tidegate.run.Sessions;
import io.tidegate.run.Time;
import io.tidegate.stream.Feeds;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;

/** The gateway's servers: the API on one port, health and metrics on another. */
public final class FrontDoor {
  private final Departure departure;
  private final Doorkeeper doorkeeper;
  private final HttpServer management;
  private final List<ApiServer> api;

  private FrontDoor(
      Departure departure, Doorkeeper doorkeeper, HttpServer management, List<ApiServer> api) {
    this.departure = departure;
    this.doorkeeper = doorkeeper;
    this.management = management;
    this.api = api;
  }

  /**
   * Whom the front door leads to.
   *
   * @param feeds one for the process
   * @param departure one for the process
   * @param patience one for the process
   * @param metrics what {@code /metrics} answers
   * @param requests hears of each request to the API
   * @param leaving whether the gateway is being stopped, so that it is not ready
   */
  public record House(
      Sessions sessions,
      Journal journal,
      Audit audit,
      Documents documents,
      Agents agents,
      BudgetDesk budgets,
      Feeds feeds,
      Departure departure,
      Patience patience,
      Time time,
      Metrics metrics,
      Requests requests,
      BooleanSupplier leaving) {}

  /**
   * Opens both ports.
   *
   * @param eventLoops on how many event loops the API is served, at least 1
   */
  public static Future<FrontDoor> open(
      Vertx vertx, HttpSettings settings, House house, int eventLoops) {
    var doorkeeper = new Doorkeeper(settings.keys());
    return manage(vertx, settings, house)
        .compose(
            management ->
                serve(vertx, settings, house, doorkeeper, eventLoops)
                    .map(api -> new FrontDoor(house.departure(), doorkeeper, management, api))
                    .recover(cause -> closeAndFail(management, cause)));
  }

  private static Future<HttpServer> manage(Vertx vertx, HttpSettings settings, House house) {
    var management = new Management(house.journal(), house.leaving(), house.metrics());
    return vertx
        .createHttpServer(
            new HttpServerOptions().setHost(settings.host()).setPort(settings.managementPort()))
        .requestHandler(management::handle)
        .listen()
        .recover(
            cause ->
                PortTaken.explain(
                    cause,
                    settings.host(),
                    settings.managementPort(),
                    "management",
                    "TIDEGATE_MANAGEMENT_PORT"));
  }

  private static Future<List<ApiServer>> serve(
      Vertx vertx, HttpSettings settings, House house, Doorkeeper doorkeeper, int eventLoops) {
    var servers = new CopyOnWriteArrayList<ApiServer>();
    return vertx
        .deployVerticle(
            () -> {
              var server = new ApiServer(settings, house, doorkeeper);
              servers.add(server);
              return server;
            },
            new DeploymentOptions().setInstances(eventLoops))
        .map(deployed -> List.copyOf(servers));
  }

  private static Future<FrontDoor> closeAndFail(HttpServer management, Throwable cause) {
    return management.close().transform(_ -> Future.failedFuture(cause));
  }

  /** The port of the API. */
  public int port() {
    return api.getFirst().port();
  }

  /** The port of health and metrics. */
  public int managementPort() {
    return management.actualPort();
  }

  /**
   * Lets in who has one of these keys, and nobody else from now on. Streams and WebSockets that
   * were opened with others are told to connect again.
   */
  public void use(KeySettings keys) {
    doorkeeper.use(keys);
    departure.keep(doorkeeper::knows);
  }

  /**
   * Takes no new connection to the API, and tells who is connected for long to go elsewhere; the
   * others may finish what they are at within the grace. Health and metrics go on.
   */
  public Future<Void> shutdown(Duration grace) {
    departure.announce();
    return Future.join(api.stream().map(server -> server.shutdown(grace)).toList()).mapEmpty();
  }

  /** Closes everything at once. */
  public Future<Void> close() {
    return shutdown(Duration.ZERO).eventually(management::close);
  }
}
