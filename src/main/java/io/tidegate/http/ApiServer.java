package io.tidegate.http;

import io.tidegate.http.FrontDoor.House;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The API on one event loop; those of one process share the port. */
final class ApiServer extends VerticleBase {
  private static final int LONGEST_URL = 16 * 1024;
  private static final int LARGEST_HEADERS = 32 * 1024;

  /**
   * What the kernel keeps for a client that does not read. Left to itself it grows to some MB,
   * which a thousand stalled clients of live streams would take a thousand times.
   */
  private static final int SEND_BUFFER = 64 * 1024;

  /**
   * Answers are written on the event loop of their connection alone, and a write elsewhere fails:
   * then no connection has a queue for what others write, of some 5 KB.
   */
  private static final boolean ANSWERED_ON_ITS_EVENT_LOOP = true;

  /** With 0, each event loop would get a port of its own. */
  private static final int ONE_FREE_PORT = -1;

  private final HttpSettings settings;
  private final House house;
  private final Doorkeeper doorkeeper;
  private @Nullable HttpServer server;

  ApiServer(HttpSettings settings, House house, Doorkeeper doorkeeper) {
    this.settings = settings;
    this.house = house;
    this.doorkeeper = doorkeeper;
  }

  @Override
  public Future<?> start() {
    var bodies = new BodyReader(settings.maxBodyBytes(), "http.max-body", house.time());
    server =
        vertx
            .createHttpServer(options())
            .requestHandler(
                Api.router(
                    vertx,
                    endpoints(vertx, house, settings),
                    doorkeeper,
                    bodies,
                    house.patience(),
                    house.requests()))
            .invalidRequestHandler(Api::undecodable);
    return server
        .listen()
        .recover(
            cause ->
                PortTaken.explain(
                    cause, settings.apiHost(), settings.port(), "http", "TIDEGATE_HTTP_PORT"));
  }

  private HttpServerOptions options() {
    int largest = Math.toIntExact(Math.min(settings.maxBodyBytes(), Integer.MAX_VALUE - 1));
    return new HttpServerOptions()
        .setHost(settings.apiHost())
        .setPort(settings.port() == 0 ? ONE_FREE_PORT : settings.port())
        .setSendBufferSize(SEND_BUFFER)
        .setStrictThreadMode(ANSWERED_ON_ITS_EVENT_LOOP)
        .setMaxInitialLineLength(LONGEST_URL)
        .setMaxHeaderSize(LARGEST_HEADERS)
        .setMaxWebSocketFrameSize(largest)
        .setMaxWebSocketMessageSize(largest)
        .setWebSocketSubProtocols(List.of(SocketEndpoint.SUBPROTOCOL));
  }

  /** All that the API serves. */
  static List<Endpoint> endpoints(Vertx vertx, House house, HttpSettings settings) {
    var imports = new BodyReader(settings.maxImportBytes(), "http.max-import", house.time());
    var sessions = house.sessions();
    var records = new Records(house.journal());
    var deeds = new Deeds(house.audit(), house.time());
    var streams = new Streams(house.feeds(), house.departure(), house.time());
    return Stream.of(
            new RunEndpoints(sessions, records, streams, house.departure(), house.patience()),
            new EventEndpoints(records, streams),
            new SocketEndpoint(vertx, house, records),
            new DecisionEndpoints(sessions, records),
            new SessionEndpoints(sessions, records, deeds),
            new ExportEndpoints(records, house.documents(), house.time(), deeds),
            new ImportEndpoints(records, house.documents(), imports, deeds),
            new AuditEndpoints(house.audit()),
            new BudgetEndpoints(house.budgets(), house.time()),
            new CatalogEndpoints(house.agents()))
        .flatMap(group -> group.endpoints().stream())
        .toList();
  }

  int port() {
    return server == null ? 0 : server.actualPort();
  }

  /** Takes no new connection, and closes those that there are when the grace is over. */
  Future<Void> shutdown(Duration grace) {
    return server == null
        ? Future.succeededFuture()
        : server.shutdown(grace.toMillis(), TimeUnit.MILLISECONDS);
  }
}
