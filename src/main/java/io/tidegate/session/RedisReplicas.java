package io.tidegate.session;

import io.tidegate.run.Message;
import io.tidegate.run.Replicas;
import io.tidegate.run.SessionId;
import io.tidegate.session.codec.FormatException;
import io.tidegate.session.codec.MessageCodec;
import io.tidegate.session.redis.RedisPipes;
import io.tidegate.session.redis.ScriptCall;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The replicas that share a Redis. Leases go by its clock; messages are published on a channel for
 * each incarnation.
 */
public final class RedisReplicas implements Replicas {
  private static final Logger LOG = LoggerFactory.getLogger(RedisReplicas.class);

  private final RedisPipes pipes;
  private final Pace pace;
  private final Leftovers leftovers;
  private final MessageCodec codec = new MessageCodec();

  RedisReplicas(RedisPipes pipes, Pace pace) {
    this.pipes = pipes;
    this.pace = pace;
    this.leftovers = new Leftovers(pipes, pace);
  }

  /**
   * How long things take, in milliseconds.
   *
   * @param againMs until a session that a dead incarnation left is named again
   * @param lateMs how long an append of a dead incarnation may still be on its way
   */
  record Pace(long againMs, long lateMs) {
    static final Pace USUAL = new Pace(30_000, 60_000);
  }

  @Override
  public Future<Void> enter(String incarnation, long leaseMs) {
    var call = new ScriptCall(Scripts.LEASE_ENTER).keys(Keys.LIVING, Keys.DEAD);
    return run(call.arg(incarnation).arg(leaseMs)).mapEmpty();
  }

  @Override
  public Future<Boolean> renew(String incarnation, long leaseMs) {
    var call = new ScriptCall(Scripts.LEASE_RENEW).keys(Keys.LIVING);
    return run(call.arg(incarnation).arg(leaseMs)).map(RedisReplicas::isOne);
  }

  @Override
  public Future<Void> leave(String incarnation) {
    var call = new ScriptCall(Scripts.LEASE_LEAVE).keys(Keys.LIVING, Keys.DEAD);
    return run(call.arg(incarnation)).mapEmpty();
  }

  @Override
  public Future<List<String>> dead(long leaseMs) {
    return run(new ScriptCall(Scripts.LEASE_DEAD)
            .keys(Keys.LIVING, Keys.DEAD, Keys.LOOKED)
            .arg(leaseMs))
        .map(RedisReplicas::names);
  }

  @Override
  public Future<List<String>> living() {
    return send(Request.cmd(Command.ZRANGE).arg(Keys.LIVING).arg(0).arg(-1))
        .map(RedisReplicas::names);
  }

  @Override
  public Future<Boolean> isDead(String incarnation) {
    return send(Request.cmd(Command.ZSCORE).arg(Keys.LIVING).arg(incarnation))
        .map(lease -> lease == null);
  }

  @Override
  public Future<List<SessionId>> left(String dead, int limit) {
    return leftovers.of(dead, limit);
  }

  /** One that left more, or died so lately that more of it may show up, stays among the dead. */
  @Override
  public Future<Void> bury(String dead) {
    return leftovers.none(dead).compose(none -> none ? forget(dead) : Future.succeededFuture());
  }

  private Future<Void> forget(String dead) {
    var call = new ScriptCall(Scripts.LEASE_BURY).keys(Keys.DEAD);
    return run(call.arg(dead).arg(pace.lateMs())).mapEmpty();
  }

  @Override
  public Future<Void> tell(String incarnation, Message message) {
    var channel = Keys.channel(incarnation);
    var publish = Request.cmd(Command.PUBLISH).arg(channel).arg(codec.encode(message));
    return pipes.send(channel, publish).mapEmpty();
  }

  @Override
  public Hearing hear(String incarnation, Consumer<Message> onMessage, Runnable onGap) {
    var end = pipes.subscribe(Keys.channel(incarnation), text -> decode(text, onMessage), onGap);
    return end::run;
  }

  /** What can't be read is dropped: messages are hints, and a newer replica may say more. */
  private void decode(String text, Consumer<Message> onMessage) {
    Message message;
    try {
      message = codec.decode(text);
    } catch (FormatException e) {
      LOG.debug("a message was dropped: {}", e.getMessage());
      return;
    }
    onMessage.accept(message);
  }

  private Future<@Nullable Response> run(ScriptCall call) {
    return pipes.run(Keys.LIVING, call);
  }

  private Future<@Nullable Response> send(Request request) {
    return pipes.send(Keys.LIVING, request);
  }

  private static boolean isOne(@Nullable Response answer) {
    return answer != null && answer.toInteger() == 1;
  }

  private static List<String> names(@Nullable Response answer) {
    return answer == null ? List.of() : answer.stream().map(Response::toString).toList();
  }
}
