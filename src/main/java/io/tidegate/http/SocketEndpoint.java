package io.tidegate.http;

import io.tidegate.run.Sessions;
import io.tidegate.run.Time;
import io.tidegate.stream.Feeds;
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
  private final Feeds feeds;
  private final Time time;
  private final Parser parser;

  SocketEndpoint(Vertx vertx, Sessions sessions, Records records, Feeds feeds, Time time) {
    this.sessions = sessions;
    this.records = records;
    this.feeds = feeds;
    this.time = time;
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
              var socket = new Socket(connection, eventLoop, time, parser);
              var subscriptions = new SocketSubscriptions(socket, feeds, sessions, caller);
              socket.serve(new SocketCommands(sessions, records, subscriptions, caller));
              socket.whenClosed(subscriptions::close);
            })
        .map(connection -> Answer.streamed());
  }
}
