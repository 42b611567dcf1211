package io.tidegate.session;

import io.tidegate.session.redis.PipeSettings;
import io.tidegate.session.redis.RedisPipes;
import io.vertx.core.Future;
import io.vertx.core.Vertx;

/** All that the gateway keeps in one Redis, over one set of connections. */
public final class RedisStore {
  private final RedisPipes pipes;
  private final RedisJournal journal;
  private final RedisReplicas replicas;
  private final RedisWorkQueue queue;

  RedisStore(Vertx vertx, RedisPipes pipes, RedisReplicas.Pace pace, long backMs) {
    this.pipes = pipes;
    this.journal = new RedisJournal(vertx, pipes);
    this.replicas = new RedisReplicas(pipes, pace);
    this.queue = new RedisWorkQueue(pipes, backMs);
  }

  /** What is in the Redis at a URL; it connects when it is first used. */
  public static RedisStore at(Vertx vertx, PipeSettings settings) {
    var pipes = new RedisPipes(vertx, settings, Scripts.ALL);
    return new RedisStore(vertx, pipes, RedisReplicas.Pace.USUAL, RedisWorkQueue.BACK_MS);
  }

  public RedisJournal journal() {
    return journal;
  }

  public RedisReplicas replicas() {
    return replicas;
  }

  public RedisWorkQueue queue() {
    return queue;
  }

  /** Closes the connections; commands that wait fail, and nothing is heard any more. */
  public Future<Void> close() {
    return pipes.close();
  }
}
