package io.tidegate.session;

import io.tidegate.loop.Event;
import io.tidegate.run.Audit;
import io.tidegate.run.BudgetSettings;
import io.tidegate.run.Ids;
import io.tidegate.run.Time;
import io.tidegate.session.budget.BudgetScripts;
import io.tidegate.session.budget.RedisBudgetBook;
import io.tidegate.session.budget.RedisBudgets;
import io.tidegate.session.guard.GuardScripts;
import io.tidegate.session.guard.RedisBreakerStates;
import io.tidegate.session.guard.RedisPermits;
import io.tidegate.session.guard.RedisQuotas;
import io.tidegate.session.guard.RedisResultCache;
import io.tidegate.session.redis.PipeSettings;
import io.tidegate.session.redis.RedisPipes;
import io.tidegate.session.redis.RoundTrips;
import io.tidegate.session.redis.Script;
import io.tidegate.session.redis.ScriptCall;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Collection;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** All that the gateway keeps in one Redis, over one set of connections. */
public final class RedisStore {
  private static final List<Script> SCRIPTS =
      Stream.of(Scripts.ALL, GuardScripts.ALL, BudgetScripts.ALL).flatMap(List::stream).toList();

  private final RedisPipes pipes;
  private final RedisOutbox outbox;
  private final RedisJournal journal;
  private final RedisReplicas replicas;
  private final RedisWorkQueue queue;
  private final LongSupplier now;

  RedisStore(
      Vertx vertx,
      RedisPipes pipes,
      RedisReplicas.Pace pace,
      long backMs,
      Predicate<Event> told,
      LongSupplier now) {
    this.pipes = pipes;
    this.now = now;
    this.outbox = new RedisOutbox(pipes, told, now);
    this.journal = new RedisJournal(vertx, pipes, outbox, now);
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
    return at(vertx, settings, told, now, RoundTrips.UNHEARD);
  }

  /**
   * The same.
   *
   * @param heard hears of each answer
   */
  public static RedisStore at(
      Vertx vertx,
      PipeSettings settings,
      Predicate<Event> told,
      LongSupplier now,
      RoundTrips heard) {
    var pipes = new RedisPipes(vertx, settings, SCRIPTS, heard);
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

  /** Who did what in them. */
  public Audit audit() {
    return journal.audit();
  }

  /**
   * Keeps the audit logs complete, and no longer than they are to be kept.
   *
   * @param replica names this process among those that share the Redis
   * @param keptMs how long a deed is kept, in milliseconds, or null for ever
   */
  public AuditSweep auditSweep(String replica, @Nullable Long keptMs) {
    return new AuditSweep(
        journal.audit(), new Tenants(pipes, now), ms -> leads(replica, ms), keptMs);
  }

  private Future<Boolean> leads(String replica, long ms) {
    var call = new ScriptCall(Scripts.LEAD).keys(Keys.AUDITOR).arg(replica).arg(ms);
    return pipes.run(Keys.AUDITOR, call).map(answer -> answer != null && answer.toInteger() == 1);
  }

  /** In how many sessions of all tenants calls wait for people; a few more may be counted. */
  public Future<Long> waitingForPeople() {
    return new InboxCount(pipes).all();
  }

  public RedisReplicas replicas() {
    return replicas;
  }

  public RedisWorkQueue queue() {
    return queue;
  }

  /** What all replicas know of breakers. */
  public RedisBreakerStates breakers() {
    return new RedisBreakerStates(pipes);
  }

  /** How much may be asked of providers. */
  public RedisQuotas quotas() {
    return new RedisQuotas(pipes);
  }

  /** So many of something at a time, each for that many milliseconds unless it is renewed. */
  public RedisPermits permits(Time time, Ids ids, long leaseMs) {
    return new RedisPermits(pipes, time, ids, leaseMs);
  }

  /** Results that are kept for equal questions. */
  public RedisResultCache results(Ids ids) {
    return new RedisResultCache(pipes, ids);
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
  public RedisBudgetBook budgetBook(
      BudgetSettings settings, Supplier<? extends Collection<String>> agents, Time time) {
    return new RedisBudgetBook(pipes, settings, agents, time);
  }

  /** Closes the connections; commands that wait fail, and nothing is heard any more. */
  public Future<Void> close() {
    return pipes.close();
  }
}
