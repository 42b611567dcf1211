package io.tidegate.session.guard;

import io.tidegate.run.Ids;
import io.tidegate.run.Permits;
import io.tidegate.run.Time;
import io.tidegate.session.redis.RedisPipes;
import io.tidegate.session.redis.ScriptCall;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/**
 * Permits in Redis: a sorted set of those that are out by the time when they are lost, which their
 * replica puts off while it lives, and a line of those who wait. Who waits asks again and again;
 * who stops asking is out of the line.
 */
public final class RedisPermits implements Permits {
  /** How often {@link #renew} is to be called, in milliseconds. */
  public static final long PERIOD_MS = 3_000;

  /** How long a permit lives after its replica, in milliseconds. */
  public static final long LEASE_MS = 4 * PERIOD_MS;

  private static final long FIRST_PAUSE_MS = 10;
  private static final long LONGEST_PAUSE_MS = 200;

  /** Longer than the longest pause between two questions, on a busy machine too. */
  private static final long PATIENCE_MS = 2_000;

  private final RedisPipes pipes;
  private final Time time;
  private final Ids ids;
  private final long leaseMs;
  private final Map<String, Set<String>> out = new ConcurrentHashMap<>();

  /**
   * Permits of one replica.
   *
   * @param leaseMs how long each lives unless it is renewed, in milliseconds
   */
  public RedisPermits(RedisPipes pipes, Time time, Ids ids, long leaseMs) {
    this.pipes = pipes;
    this.time = time;
    this.ids = ids;
    this.leaseMs = leaseMs;
  }

  @Override
  public Turn take(String name, IntSupplier limit, long waitMs) {
    var asker = new Asker(name, limit, time.nanos() + TimeUnit.MILLISECONDS.toNanos(waitMs));
    asker.ask();
    return asker;
  }

  /** Puts off the loss of all permits that this replica has out. */
  public Future<Void> renew() {
    Future<Void> all = Future.succeededFuture();
    for (var entry : out.entrySet()) {
      var held = entry.getValue();
      if (!held.isEmpty()) {
        var call =
            new ScriptCall(GuardScripts.PERMIT_RENEW)
                .keys(GuardScripts.key("permits", entry.getKey()))
                .arg(leaseMs);
        held.forEach(call::arg);
        all = all.eventually(() -> pipes.run(entry.getKey(), call));
      }
    }
    return all;
  }

  /** Somebody who wants a permit. Its answers may come on other threads than who cancels it. */
  private final class Asker implements Turn {
    private final String name;
    private final IntSupplier limit;
    private final long untilNanos;
    private final String id = ids.session();
    private final Promise<Optional<Permit>> answer = Promise.promise();
    private long pauseMs = FIRST_PAUSE_MS;
    private volatile boolean cancelled;

    Asker(String name, IntSupplier limit, long untilNanos) {
      this.name = name;
      this.limit = limit;
      this.untilNanos = untilNanos;
    }

    @Override
    public Future<Optional<Permit>> permit() {
      return answer.future();
    }

    @Override
    public void cancel() {
      cancelled = true;
      if (answer.tryComplete(Optional.empty())) {
        leave();
      }
    }

    void ask() {
      if (cancelled) {
        return;
      }
      var call =
          new ScriptCall(GuardScripts.PERMIT_TAKE)
              .keys(
                  GuardScripts.key("permits", name),
                  GuardScripts.key("line", name),
                  GuardScripts.key("asked", name))
              .arg(id)
              .arg(limit.getAsInt())
              .arg(leaseMs)
              .arg(PATIENCE_MS);
      pipes
          .run(name, call)
          .map(given -> given != null && given.toInteger() == 1)
          .onSuccess(this::answered)
          .onFailure(_ -> answer.tryComplete(Optional.of(() -> {})));
    }

    private void answered(boolean given) {
      if (given) {
        var permit = granted();
        if (!answer.tryComplete(Optional.of(permit))) {
          permit.close();
        }
      } else if (cancelled) {
        leave();
      } else if (time.nanos() - untilNanos >= 0) {
        leave();
        answer.tryComplete(Optional.empty());
      } else {
        long ms = pauseMs;
        pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
        time.after(Math.max(1, (long) (ms * (0.5 + ids.fraction() / 2))), this::ask);
      }
    }

    private Permit granted() {
      var held = out.computeIfAbsent(name, _ -> ConcurrentHashMap.newKeySet());
      held.add(id);
      return () -> {
        if (held.remove(id)) {
          remove("permits");
        }
      };
    }

    private void leave() {
      remove("line");
      remove("asked");
    }

    private void remove(String kind) {
      var key = GuardScripts.key(kind, name);
      pipes.send(key, Request.cmd(Command.ZREM).arg(key).arg(id));
    }
  }
}
