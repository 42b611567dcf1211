package io.tidegate.http;

import io.tidegate.run.Sessions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;

/** The WebSocket: one connection, many runs. */
final class SocketEndpoint implements Endpoint.Group {
  /** What the gateway speaks over a WebSocket, for clients that name it. */
  static final String SUBPROTOCOL = "tidegate";

  private static final String PATH = "/v1/ws";

  private final Sessions sessions;
  private final Records records;
  private final FrontDoor.House house;
  private final Parser parser;

  SocketEndpoint(Vertx vertx, FrontDoor.House house, Records records) {
    this.sessions = house.sessions();
    this.records = records;
    this.house = house;
    this.parser = new Parser(vertx);
  }

  @Override
  public List<Endpoint> endpoints() {
    return List.of(Endpoint.socket(PATH, this::connect));
  }

  private Future<Answer> connect(Request request) {
    if (!request.http().canUpgradeToWebSocket()) {
      throw Problem.upgradeRequired();
    }
    var caller = request.caller();
    var eventLoop = request.eventLoop();
    return request
        .http()
        .toWebSocket()
        .onSuccess(
            connection -> {
              var socket = new Socket(connection, eventLoop, house.time(), parser);
              var subscriptions = new SocketSubscriptions(socket, house.feeds(), sessions, caller);
              socket.serve(
                  new SocketCommands(sessions, records, subscriptions, caller, house.patience()));
              Runnable goodbye =
                  () -> {
                    subscriptions.leave();
                    socket.sendElsewhere();
                  };
              socket.whenClosed(
                  () -> {
                    house.departure().forget(goodbye);
                    subscriptions.close();
                  });
              house.departure().tell(eventLoop, caller, goodbye);
            })
        .map(connection -> Answer.streamed());
  }
}
