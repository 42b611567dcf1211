package io.tidegate.session;

import io.tidegate.loop.Event;
import io.tidegate.run.BudgetSettings;
import io.tidegate.run.Time;
import io.tidegate.session.budget.BudgetScripts;
import io.tidegate.session.budget.RedisBudgetBook;
import io.tidegate.session.budget.RedisBudgets;
import io.tidegate.session.redis.PipeSettings;
import io.tidegate.session.redis.RedisPipes;
import io.tidegate.session.redis.Script;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Collection;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** All that the gateway keeps in one Redis, over one set of connections. */
public final class RedisStore {
  private static final List<Script> SCRIPTS =
      Stream.concat(Scripts.ALL.stream(), BudgetScripts.ALL.stream()).toList();

  private final RedisPipes pipes;
  private final RedisOutbox outbox;
  private final RedisJournal journal;
  private final RedisReplicas replicas;
  private final RedisWorkQueue queue;

  RedisStore(
      Vertx vertx,
      RedisPipes pipes,
      RedisReplicas.Pace pace,
      long backMs,
      Predicate<Event> told,
      LongSupplier now) {
    this.pipes = pipes;
    this.outbox = new RedisOutbox(pipes, told, now);
    this.journal = new RedisJournal(vertx, pipes, outbox);
    this.replicas = new RedisReplicas(pipes, pace);
    this.queue = new RedisWorkQueue(pipes, backMs);
  }

  RedisStore(Vertx vertx, RedisPipes pipes, RedisReplicas.Pace pace, long backMs) {
    this(vertx, pipes, pace, backMs, _ -> false, System::currentTimeMillis);
  }

  /** What is in the Redis at a URL, for whoever tells no webhooks. */
  public static RedisStore at(Vertx vertx, PipeSettings settings) {
    return at(vertx, settings, _ -> false, System::currentTimeMillis);
  }

  /**
   * What is in the Redis at a URL; it connects when it is first used.
   *
   * @param told whether an event could be one of which webhooks are told
   * @param now milliseconds since 1970
   */
  public static RedisStore at(
      Vertx vertx, PipeSettings settings, Predicate<Event> told, LongSupplier now) {
    var pipes = new RedisPipes(vertx, settings, SCRIPTS);
    return new RedisStore(
        vertx, pipes, RedisReplicas.Pace.USUAL, RedisWorkQueue.BACK_MS, told, now);
  }

  public RedisJournal journal() {
    return journal;
  }

  /** What is still to be told of the journal's sessions. */
  public RedisOutbox outbox() {
    return outbox;
  }

  public RedisReplicas replicas() {
    return replicas;
  }

  public RedisWorkQueue queue() {
    return queue;
  }

  /** What calls may cost. */
  public RedisBudgets budgets(BudgetSettings settings, Time time) {
    return new RedisBudgets(pipes, settings, time);
  }

  /**
   * How budgets stand.
   *
   * @param agents the agents of the configuration, by name
   */
  public RedisBudgetBook budgetBook(BudgetSettings settings, Collection<String> agents, Time time) {
    return new RedisBudgetBook(pipes, settings, agents, time);
  }

  /** Closes the connections; commands that wait fail, and nothing is heard any more. */
  public Future<Void> close() {
    return pipes.close();
  }
}
