package io.tidegate.session.guard;

import io.tidegate.run.Quotas;
import io.tidegate.session.redis.RedisPipes;
import io.tidegate.session.redis.Script;
import io.tidegate.session.redis.ScriptCall;
import io.vertx.core.Future;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Quotas as buckets in Redis, by its clock: each fills evenly, and a part of a minute's worth may
 * go at once. What a provider says is left is the most that is in a bucket.
 */
public final class RedisQuotas implements Quotas {
  /** The share of a minute's worth that may go at once. */
  private static final String BURST = "0.25";

  /** How long the limits that a provider named are believed. */
  private static final long BELIEVED_MS = 120_000;

  private static final long REMEMBERED_MS = 600_000;

  private final RedisPipes pipes;

  public RedisQuotas(RedisPipes pipes) {
    this.pipes = pipes;
  }

  private static ScriptCall call(Script script, String quota) {
    return new ScriptCall(script).keys(GuardScripts.key("quota", quota));
  }

  @Override
  public Future<Long> take(String quota, Rates rates, long tokens) {
    var call =
        call(GuardScripts.QUOTA_TAKE, quota)
            .arg(rates.requests())
            .arg(rates.tokens())
            .arg(tokens)
            .arg(BURST)
            .arg(REMEMBERED_MS);
    return pipes.run(quota, call).map(answer -> Long.parseLong(String.valueOf(answer)));
  }

  @Override
  public Future<Void> correct(String quota, long tokens) {
    return pipes.run(quota, call(GuardScripts.QUOTA_CORRECT, quota).arg(tokens)).mapEmpty();
  }

  @Override
  public Future<Void> learn(String quota, Told told) {
    var call = call(GuardScripts.QUOTA_LEARN, quota).arg(BELIEVED_MS).arg(REMEMBERED_MS);
    add(call, "requests", told.requests());
    add(call, "tokens", told.tokens());
    return pipes.run(quota, call).mapEmpty();
  }

  private static void add(ScriptCall call, String bucket, Level level) {
    if (level.known()) {
      call.arg(bucket)
          .arg(level.most())
          .arg(level.left())
          .arg(String.format(Locale.ROOT, "%.9f", Math.max(1e-9, level.perMs())));
    }
  }

  @Override
  public Future<Void> cool(String quota, long ms) {
    var call =
        call(GuardScripts.QUOTA_COOL, quota)
            .arg(quota)
            .arg(ms)
            .arg(REMEMBERED_MS)
            .arg(GuardScripts.QUOTAS);
    return pipes.run(quota, call).mapEmpty();
  }

  @Override
  public Runnable hear(Consumer<Cooled> onCooled) {
    return pipes.subscribe(GuardScripts.QUOTAS, text -> decode(text, onCooled), () -> {});
  }

  private static void decode(String text, Consumer<Cooled> onCooled) {
    var words = text.split(" ", 2);
    if (words.length == 2 && words[0].matches("\\d{1,18}")) {
      onCooled.accept(new Cooled(words[1], Long.parseLong(words[0])));
    }
  }
}
