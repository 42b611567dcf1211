package io.tidegate.session.redis;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Connects to Redis: tries again with growing pauses until the time is up. */
final class Connector {
  private static final long FIRST_PAUSE_MS = 20;
  private static final long LONGEST_PAUSE_MS = 500;

  private final Vertx vertx;
  private final PipeSettings settings;
  private final List<Script> scripts;

  Connector(Vertx vertx, PipeSettings settings, List<Script> scripts) {
    this.vertx = vertx;
    this.settings = settings;
    this.scripts = scripts;
  }

  Future<Link> connect() {
    long deadline = System.nanoTime() + MILLISECONDS.toNanos(settings.timeoutMs());
    return attempt(deadline, FIRST_PAUSE_MS);
  }

  private Future<Link> attempt(long deadline, long pauseMs) {
    return once(Math.max(1, msTo(deadline))).recover(failure -> again(failure, deadline, pauseMs));
  }

  /** Tries once, for so many milliseconds. */
  Future<Link> once(long ms) {
    var context = vertx.getOrCreateContext();
    var client = Redis.createClient(vertx, settings.options());
    return client
        .connect()
        .compose(connection -> load(connection).map(_ -> new Link(client, connection, context)))
        .timeout(ms, MILLISECONDS)
        .recover(failure -> client.close().transform(_ -> Future.failedFuture(failure)));
  }

  private Future<Link> again(Throwable failure, long deadline, long pauseMs) {
    if (msTo(deadline) <= pauseMs) {
      return Future.failedFuture(failure);
    }
    return vertx
        .timer(pauseMs)
        .compose(_ -> attempt(deadline, Math.min(2 * pauseMs, LONGEST_PAUSE_MS)));
  }

  /** In a Cluster a script comes to a node with its first call there. */
  private Future<Void> load(RedisConnection connection) {
    if (settings.cluster()) {
      return Future.succeededFuture();
    }
    var loads = scripts.stream().map(script -> connection.send(load(script))).toList();
    return Future.all(loads).mapEmpty();
  }

  private static Request load(Script script) {
    return Request.cmd(Command.SCRIPT).arg("LOAD").arg(script.source());
  }

  private static long msTo(long deadline) {
    return TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
  }
}
