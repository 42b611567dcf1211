package io.tidegate.simulator.model;

import io.vertx.core.http.HttpServerResponse;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * The provider's own limit of requests, for each key: a bucket that fills evenly. Answers tell it
 * in the headers of OpenAI and of Anthropic; who asks for more gets a 429. Shared by all event
 * loops, so it locks.
 */
public final class Limits {
  private static final double MINUTE_NANOS = 60e9;
  private static final int KEYS_MAX = 100;

  private final LongSupplier nanos;
  private final Map<String, Bucket> byKey = new HashMap<>();
  private long perMinute;
  private long burst;
  private long refused;

  /** How full a bucket was at a time. */
  private record Bucket(double level, long at) {}

  /** No limit yet. */
  public Limits(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /** So many a minute from now on, of which so many at once; 0 for no limit. */
  public synchronized void set(long requestsPerMinute, long atOnce) {
    perMinute = requestsPerMinute;
    burst = Math.max(1, atOnce);
    refused = 0;
    byKey.clear();
  }

  /** How many requests were too many since the limit was set. */
  public synchronized long refused() {
    return refused;
  }

  /** Takes one request and tells how many are left; false if there was none. */
  synchronized boolean take(String key, HttpServerResponse response) {
    if (perMinute == 0) {
      return true;
    }
    if (byKey.size() >= KEYS_MAX) {
      byKey.clear();
    }
    long now = nanos.getAsLong();
    var before = byKey.getOrDefault(key, new Bucket((double) burst, now));
    double flown = (double) (now - before.at()) / MINUTE_NANOS * (double) perMinute;
    double level = Math.min((double) burst, before.level() + flown);
    boolean taken = level >= 1;
    double after = taken ? level - 1 : level;
    byKey.put(key, new Bucket(after, now));
    tell(after, response);
    if (!taken) {
      refused++;
      long waitMs = (long) Math.ceil((1 - level) * 60_000 / (double) perMinute);
      response.putHeader("retry-after-ms", Long.toString(waitMs));
    }
    return taken;
  }

  private void tell(double level, HttpServerResponse response) {
    long fullMs = (long) Math.ceil(((double) burst - level) * 60_000 / (double) perMinute);
    response
        .putHeader("x-ratelimit-limit-requests", Long.toString(burst))
        .putHeader("x-ratelimit-remaining-requests", Long.toString((long) level))
        .putHeader("x-ratelimit-reset-requests", fullMs + "ms");
  }
}
