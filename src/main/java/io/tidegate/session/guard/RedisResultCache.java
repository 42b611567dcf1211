package io.tidegate.session.guard;

import io.tidegate.conversation.Json;
import io.tidegate.run.Ids;
import io.tidegate.run.ResultCache;
import io.tidegate.session.redis.RedisPipes;
import io.tidegate.session.redis.Script;
import io.tidegate.session.redis.ScriptCall;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;

/** Results in Redis: a hash an owner, a sorted set of when they end, and a key for each flight. */
public final class RedisResultCache implements ResultCache {
  /** Results that are kept for one owner. */
  static final int MOST = 10_000;

  private static final int LARGEST_BYTES = 64 << 10;

  private final RedisPipes pipes;
  private final Ids ids;

  public RedisResultCache(RedisPipes pipes, Ids ids) {
    this.pipes = pipes;
    this.ids = ids;
  }

  @Override
  public Future<Look> look(String owner, String key, long flightMs) {
    var flight = ids.session();
    var call = call(GuardScripts.CACHE_LOOK, owner, key).arg(key).arg(flight).arg(flightMs);
    return pipes.run(owner, call).map(answer -> look(String.valueOf(answer), flight));
  }

  private static Look look(String answer, String flight) {
    return switch (answer.charAt(0)) {
      case '=' -> new Look.Found(new Json(answer.substring(1)));
      case '+' -> new Look.Lead(flight);
      default -> new Look.Busy();
    };
  }

  @Override
  public Future<Void> keep(String owner, String key, String flight, Json result, long ttlMs) {
    var bytes = result.text().getBytes(StandardCharsets.UTF_8);
    if (bytes.length > LARGEST_BYTES) {
      return giveUp(owner, key, flight);
    }
    var call =
        call(GuardScripts.CACHE_KEEP, owner, key)
            .arg(key)
            .arg(flight)
            .arg(bytes)
            .arg(ttlMs)
            .arg(MOST);
    return pipes.run(owner, call).mapEmpty();
  }

  @Override
  public Future<Void> giveUp(String owner, String key, String flight) {
    var call = call(GuardScripts.CACHE_LEAVE, owner, key).arg(flight);
    return pipes.run(owner, call).mapEmpty();
  }

  private static ScriptCall call(Script script, String owner, String key) {
    return new ScriptCall(script)
        .keys(
            GuardScripts.key("results", owner),
            GuardScripts.key("ends", owner),
            GuardScripts.key("flight:" + key, owner));
  }
}
