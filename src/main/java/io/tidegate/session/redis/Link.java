package io.tidegate.session.redis;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A connection that is up, and the client that made it. A pooled connection can't be closed while
 * it owes answers, but its client can: so each connection has a client of its own.
 *
 * <p>Commands of one turn of the event loop can go out in one write: each write of its own wakes
 * Redis, which costs both sides more than most commands do.
 */
final class Link {
  /** Sent in one write at most; their answers come back together. */
  private static final int MOST_TOGETHER = 64;

  /** How long a command that nobody waits for may wait for company, in milliseconds. */
  private static final long LINGER_MS = 10;

  /** How long commands go out one by one after one of those that went together was refused. */
  private static final long APART_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Redis client;
  private final RedisConnection connection;
  private final Context context;
  private List<Pending> turn = new ArrayList<>();
  private boolean flushing;
  private boolean lingering;
  private boolean apart;
  private long apartSince;

  private record Pending(Request request, Promise<@Nullable Response> answer) {}

  /**
   * @param context the connection's own, on whose event loop commands can go together
   */
  Link(Redis client, RedisConnection connection, Context context) {
    this.client = client;
    this.connection = connection;
    this.context = context;
  }

  Future<@Nullable Response> send(Request request) {
    return connection.send(request);
  }

  /**
   * Sends it with all that comes in this turn of the connection's event loop, on which alone it may
   * be called. If Redis refuses one of those, nobody learns what the others came to, and each is
   * sent again alone: all that is sent here may be repeated, as it has to be when a connection
   * breaks.
   *
   * @param hurry whether somebody waits for it; else it may wait for others to go with
   * @param answer completed when the answer is there
   */
  void sendTogether(Request request, boolean hurry, Promise<@Nullable Response> answer) {
    var next = new Pending(request, answer);
    if (request.command().equals(Command.WAIT)) {
      // It is answered late, and so would be all that went with it.
      flush();
      sendAlone(next);
      return;
    }
    turn.add(next);
    if (turn.size() >= MOST_TOGETHER) {
      flush();
    } else if (hurry && !flushing) {
      flushing = true;
      context.runOnContext(_ -> onTurn());
    } else if (!hurry && !flushing && !lingering) {
      lingering = true;
      context.owner().setTimer(LINGER_MS, _ -> onLinger());
    }
  }

  private void onTurn() {
    flushing = false;
    flush();
  }

  private void onLinger() {
    lingering = false;
    flush();
  }

  private void flush() {
    var now = turn;
    if (now.isEmpty()) {
      return;
    }
    turn = new ArrayList<>();
    if (now.size() == 1 || keepsApart()) {
      now.forEach(this::sendAlone);
    } else {
      connection
          .batch(now.stream().map(Pending::request).toList())
          .onSuccess(answers -> answer(now, answers))
          .onFailure(failure -> fail(now, failure));
    }
  }

  private static void answer(List<Pending> batch, List<@Nullable Response> answers) {
    for (int i = 0; i < batch.size(); i++) {
      batch.get(i).answer().complete(answers.get(i));
    }
  }

  private void fail(List<Pending> batch, Throwable failure) {
    if (failure instanceof ErrorType) {
      apart = true;
      apartSince = System.nanoTime();
      batch.forEach(this::sendAlone);
    } else {
      batch.forEach(one -> one.answer().fail(failure));
    }
  }

  private void sendAlone(Pending one) {
    send(one.request()).onComplete(one.answer());
  }

  private boolean keepsApart() {
    apart &= System.nanoTime() - apartSince < APART_NANOS;
    return apart;
  }

  /** What is published to a connection that listens to channels comes here. */
  RedisConnection connection() {
    return connection;
  }

  /** Runs the task when the connection ends, for whatever reason. */
  void onEnd(Runnable task) {
    connection.endHandler(_ -> task.run());
    connection.exceptionHandler(_ -> task.run());
  }

  /** Sends what waits for company, and closes the socket; what waits for an answer fails. */
  Future<Void> close() {
    var closed = Promise.<Void>promise();
    context.runOnContext(
        _ -> {
          flush();
          client.close().onComplete(closed);
        });
    return closed.future();
  }
}
