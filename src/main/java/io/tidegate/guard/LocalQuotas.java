package io.tidegate.guard;

import io.tidegate.run.Quotas;
import io.tidegate.run.Time;
import io.vertx.core.Future;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What one replica counts alone while the others can't be reached: configured limits as a whole, in
 * buckets that fill evenly and let a part of a minute's worth go at once.
 */
final class LocalQuotas implements Quotas {
  private static final double MINUTE_NANOS = 60e9;
  private static final double BURST = 0.25;

  private final Time time;
  private final Map<String, Bucket> buckets = new ConcurrentHashMap<>();

  LocalQuotas(Time time) {
    this.time = time;
  }

  /** How full a bucket was at a time. */
  private record Bucket(double level, long at) {}

  @Override
  public synchronized Future<Long> take(String quota, Rates rates, long tokens) {
    var requestsAfter = after(quota + " requests", rates.requests(), 1);
    var tokensAfter = after(quota + " tokens", rates.tokens(), tokens);
    long waitMs =
        Math.max(
            waitMs(requestsAfter, rates.requests(), 1),
            waitMs(tokensAfter, rates.tokens(), tokens));
    if (waitMs == 0) {
      keep(quota + " requests", requestsAfter);
      keep(quota + " tokens", tokensAfter);
    }
    return Future.succeededFuture(waitMs);
  }

  private @Nullable Bucket after(String name, long perMinute, long amount) {
    if (perMinute == 0) {
      return null;
    }
    double most = most(perMinute);
    var known = buckets.getOrDefault(name, new Bucket(most, time.nanos()));
    double minutes = (double) (time.nanos() - known.at()) / MINUTE_NANOS;
    double flown = minutes * (double) perMinute;
    return new Bucket(Math.min(most, known.level() + flown) - (double) amount, time.nanos());
  }

  private static double most(long perMinute) {
    return Math.max(1, (double) perMinute * BURST);
  }

  /** What is larger than the bucket may go when it is full. */
  private static long waitMs(@Nullable Bucket after, long perMinute, long amount) {
    if (after == null) {
      return 0;
    }
    double lacks = Math.min((double) amount, most(perMinute)) - (after.level() + (double) amount);
    return lacks <= 0 ? 0 : (long) Math.ceil(lacks * 60_000 / (double) perMinute);
  }

  private void keep(String name, @Nullable Bucket after) {
    if (after != null) {
      buckets.put(name, after);
    }
  }

  @Override
  public synchronized Future<Void> correct(String quota, long tokens) {
    buckets.computeIfPresent(
        quota + " tokens",
        (_, bucket) -> new Bucket(bucket.level() - (double) tokens, bucket.at()));
    return Future.succeededFuture();
  }

  /** What providers say is for all replicas together: alone it says little. */
  @Override
  public Future<Void> learn(String quota, Told told) {
    return Future.succeededFuture();
  }

  /** Who counts here knows already. */
  @Override
  public Future<Void> cool(String quota, long ms) {
    return Future.succeededFuture();
  }

  @Override
  public Runnable hear(Consumer<Cooled> onCooled) {
    return () -> {};
  }
}
