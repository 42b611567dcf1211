package io.tidegate.session;

import io.tidegate.run.SessionId;
import io.tidegate.run.WorkQueue;
import io.tidegate.session.redis.RedisPipes;
import io.tidegate.session.redis.Script;
import io.tidegate.session.redis.ScriptCall;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The queue in Redis. All of it lies in one slot, and each of its operations is one script. A dead
 * incarnation is given nothing and counts for nothing, however late it speaks.
 */
public final class RedisWorkQueue implements WorkQueue {
  static final long BACK_MS = 30_000;

  /** One that is forgotten is taken to have been served longest ago. */
  private static final int TENANTS_REMEMBERED = 10_000;

  private final RedisPipes pipes;
  private final long backMs;

  /**
   * @param backMs after how many milliseconds a session that was not started comes back
   */
  RedisWorkQueue(RedisPipes pipes, long backMs) {
    this.pipes = pipes;
    this.backMs = backMs;
  }

  @Override
  public Future<Boolean> add(SessionId session, int priority, int most) {
    return run(line(Scripts.QUEUE_ADD)
            .keys(Keys.SERVED, Keys.TICKS)
            .arg(Keys.member(session))
            .arg(Keys.encode(session.tenant()))
            .arg(priority)
            .arg(most))
        .map(RedisWorkQueue::isOne);
  }

  @Override
  public Future<List<SessionId>> take(String taker, int limit, Map<String, Integer> limits) {
    var call =
        line(Scripts.QUEUE_TAKE)
            .keys(Keys.SERVED, Keys.TICKS, Keys.TAKEN)
            .keys(Keys.TOTALS, Keys.LIVING, Keys.running(taker))
            .arg(taker)
            .arg(limit)
            .arg(backMs)
            .arg(TENANTS_REMEMBERED);
    limits.forEach((tenant, most) -> call.arg(Keys.encode(tenant)).arg(most));
    return run(call).map(RedisWorkQueue::sessions);
  }

  @Override
  public Future<Void> started(SessionId session) {
    return run(line(Scripts.QUEUE_STARTED).keys(Keys.TAKEN).arg(Keys.member(session))).mapEmpty();
  }

  @Override
  public Future<Long> size() {
    return pipes
        .send(Keys.LINE, Request.cmd(Command.HLEN).arg(Keys.PLACES))
        .map(answer -> answer == null ? 0 : answer.toLong());
  }

  @Override
  public Future<Boolean> enter(String tenant, String incarnation, int limit) {
    return run(counts(Scripts.QUEUE_ENTER, incarnation).arg(Keys.encode(tenant)).arg(limit))
        .map(RedisWorkQueue::isOne);
  }

  @Override
  public Future<Void> count(String incarnation, Map<String, Integer> running) {
    var call = counts(Scripts.QUEUE_COUNT, incarnation);
    running.forEach(
        (tenant, runs) -> {
          if (runs > 0) {
            call.arg(Keys.encode(tenant)).arg(runs);
          }
        });
    return run(call).mapEmpty();
  }

  @Override
  public Future<Void> forget(String incarnation) {
    return count(incarnation, Map.of());
  }

  private static ScriptCall line(Script script) {
    return new ScriptCall(script).keys(Keys.LINE, Keys.PLACES, Keys.TURNS);
  }

  private static ScriptCall counts(Script script, String incarnation) {
    return new ScriptCall(script)
        .keys(Keys.TOTALS, Keys.LIVING, Keys.running(incarnation))
        .arg(incarnation);
  }

  /** By one connection, so that what one process says is heard in that order. */
  private Future<@Nullable Response> run(ScriptCall call) {
    return pipes.run(Keys.LINE, call);
  }

  private static boolean isOne(@Nullable Response answer) {
    return answer != null && answer.toInteger() == 1;
  }

  private static List<SessionId> sessions(@Nullable Response members) {
    return members == null
        ? List.of()
        : members.stream().map(member -> Keys.session(member.toString())).toList();
  }
}
