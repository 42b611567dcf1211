package io.tidegate.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidegate.conversation.Json;
import io.tidegate.run.Time;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;

/**
 * One client's WebSocket: commands in, each answered by an ack or an error, and events out. A
 * client that does not read is not read from. All on the event loop of the connection.
 */
final class Socket {
  private static final int BACKLOG_BYTES = 64 * 1024;
  private static final int MOST_COMMANDS = 64;
  private static final int LONGEST_ID = 128;
  private static final long PING_MS = 30_000;
  private static final short GOING_AWAY = 1001;

  /** RFC 6455's registry of close codes: the client may connect again. */
  private static final short SERVICE_RESTART = 1012;

  private final ServerWebSocket connection;
  private final Context eventLoop;
  private final Time time;
  private final Parser parser;
  private final Backlog backlog;

  private int commands;
  private boolean paused;
  private boolean heard = true;
  private boolean closed;
  private Time.Timer ping;

  Socket(ServerWebSocket connection, Context eventLoop, Time time, Parser parser) {
    this.connection = connection;
    this.eventLoop = eventLoop;
    this.time = time;
    this.parser = parser;
    this.ping = time.after(PING_MS, this::onPing);
    this.backlog = new Backlog(BACKLOG_BYTES, eventLoop);
    connection.pongHandler(pong -> heard = true);
    connection.exceptionHandler(broken -> {}); // The connection is closed after it.
  }

  /** What commands come to. */
  interface Commands {
    /** Reads the command's fields, and carries it out. */
    Future<Reply> carryOut(Body command);
  }

  /**
   * What a command came to.
   *
   * @param ack the fields of the ack
   * @param then what to do once the ack is sent
   */
  record Reply(ObjectNode ack, Runnable then) {
    static Reply of(ObjectNode ack) {
      return new Reply(ack, () -> {});
    }
  }

  void serve(Commands to) {
    connection.textMessageHandler(text -> onText(text, to));
    connection.binaryMessageHandler(bytes -> onBinary());
  }

  void whenClosed(Runnable task) {
    connection.closeHandler(
        gone -> {
          closed = true;
          ping.cancel();
          backlog.close();
          task.run();
        });
  }

  // In.

  private void onText(String text, Commands to) {
    heard = true;
    commands++;
    parser
        .parse(text)
        .onSuccess(command -> onCommand(command, to))
        .onFailure(cause -> refuse(Json.NULL, cause));
    throttle();
  }

  private void onCommand(Body command, Commands to) {
    var id = command.json("id").must(Socket::isId, "must be a number or a short string");
    Future<Reply> reply;
    try {
      reply = to.carryOut(command);
    } catch (RuntimeException e) {
      reply = Future.failedFuture(e);
    }
    var name = id.value() != null && isId(id.value()) ? id.value() : Json.NULL;
    reply.onSuccess(done -> acknowledge(name, done)).onFailure(cause -> refuse(name, cause));
  }

  private static boolean isId(Json id) {
    char first = id.text().charAt(0);
    return id.text().length() <= LONGEST_ID
        && (first == '"' || first == '-' || Character.isDigit(first));
  }

  private void onBinary() {
    heard = true;
    commands++;
    refuse(Json.NULL, Problem.malformed("Commands are JSON in text frames; this one is binary."));
  }

  private void acknowledge(Json id, Reply reply) {
    answer(Wire.put(Wire.object(), "id", id).put("type", "ack").setAll(reply.ack));
    reply.then.run();
  }

  private void refuse(Json id, Throwable cause) {
    var json = Wire.put(Wire.object(), "id", id).put("type", "error");
    json.set("problem", Api.problem(cause).json());
    answer(json);
  }

  private void answer(ObjectNode json) {
    commands--;
    send(Wire.write(json));
    throttle();
  }

  /** Takes no more commands than it can answer. */
  private void throttle() {
    boolean busy = commands >= MOST_COMMANDS || full();
    if (busy && !paused) {
      paused = true;
      connection.pause();
      backlog.whenRoom(this::throttle);
    } else if (!busy && paused) {
      paused = false;
      connection.resume();
    }
  }

  // Out.

  /** Sends a JSON object. */
  void send(Buffer json) {
    if (!closed) {
      backlog.add(json.length(), connection.writeTextMessage(json.toString()));
    }
  }

  boolean full() {
    return backlog.full();
  }

  void whenRoom(Runnable task) {
    backlog.whenRoom(task);
  }

  /** Closes the connection: the client can't stay, and connects again if it may. */
  void sendElsewhere() {
    if (!closed) {
      connection.close(SERVICE_RESTART, "connect again");
    }
  }

  private void onPing() {
    if (closed) {
      return;
    }
    // While it is paused, nothing is read, so silence says nothing.
    if (!heard && !paused) {
      connection.close(GOING_AWAY, "no answer to a ping");
      return;
    }
    heard = false;
    connection.writePing(Buffer.buffer());
    ping = time.after(PING_MS, this::onPing);
  }

  Context eventLoop() {
    return eventLoop;
  }
}
