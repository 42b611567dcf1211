package io.tidegate.session.redis;

import io.vertx.core.Future;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import org.jspecify.annotations.Nullable;

/**
 * A connection that is up, and the client that made it. A pooled connection can't be closed while
 * it owes answers, but its client can: so each connection has a client of its own.
 */
record Link(Redis client, RedisConnection connection) {

  Future<@Nullable Response> send(Request request) {
    return connection.send(request);
  }

  /** Runs the task when the connection ends, for whatever reason. */
  void onEnd(Runnable task) {
    connection.endHandler(_ -> task.run());
    connection.exceptionHandler(_ -> task.run());
  }

  /** Closes the socket; what waits for an answer fails. */
  Future<Void> close() {
    return client.close();
  }
}
