package io.tidegate.meter;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Counts what happens around runs: requests, streams, Redis, event loops, the inbox. */
public final class ServerMeters {
  private final MeterProvider<Timer> requests;
  private final MeterProvider<Timer> redis;

  /** One for each command and script that the gateway has: the tags need not be sorted again. */
  private final Map<String, Timer> redisAnswered = new ConcurrentHashMap<>();

  private final Timer lag;
  private final Counter lagged;
  private final AtomicInteger clients = new AtomicInteger();
  private final AtomicInteger lagging = new AtomicInteger();
  private final AtomicLong pending = new AtomicLong();

  public ServerMeters(MeterRegistry registry) {
    requests =
        Timer.builder("http.server.request.duration")
            .description("Requests to the API, from their head to the end of the answer")
            .serviceLevelObjectives(Buckets.REQUEST)
            .withRegistry(registry);
    redis =
        Timer.builder("tidegate.redis.round.trip")
            .description("Commands and scripts that were sent to Redis, from sending to the answer")
            .serviceLevelObjectives(Buckets.APPEND)
            .withRegistry(registry);
    lag =
        Timer.builder("tidegate.event.loop.lag")
            .description("How long a task waits for its turn on an event loop")
            .serviceLevelObjectives(Buckets.APPEND)
            .register(registry);
    lagged =
        Counter.builder("tidegate.stream.lagged")
            .description("Times that a client of a stream did not read as fast as it was sent")
            .register(registry);
    gauge("tidegate.stream.clients", "Clients that are sent a stream of events", clients, registry);
    gauge("tidegate.stream.clients.lagging", "Those of them that lag now", lagging, registry);
    gauge(
        "tidegate.sessions.waiting.for.people",
        "Sessions of the whole cluster in which calls wait for people",
        pending,
        registry);
  }

  private static void gauge(String name, String description, Number value, MeterRegistry registry) {
    Gauge.builder(name, () -> value).description(description).register(registry);
  }

  /** A request to the API was answered with that status, or its client left. */
  public void served(String method, String route, int status, long nanos) {
    requests
        .withTags(
            "http.request.method",
            method,
            "http.route",
            route,
            "http.response.status_code",
            Integer.toString(status))
        .record(nanos, TimeUnit.NANOSECONDS);
  }

  /** Redis answered. */
  public void answered(String command, long nanos, boolean well) {
    var timer =
        well
            ? redisAnswered.computeIfAbsent(command, known -> redis(known, "answered"))
            : redis(command, "failed");
    timer.record(nanos, TimeUnit.NANOSECONDS);
  }

  private Timer redis(String command, String outcome) {
    return redis.withTags("command", command, "outcome", outcome);
  }

  /** A task had its turn on an event loop. */
  public void lag(long nanos) {
    lag.record(nanos, TimeUnit.NANOSECONDS);
  }

  /** So many clients more, or fewer. */
  public void clients(int more) {
    clients.addAndGet(more);
  }

  /** A client lags. */
  public void lagged() {
    lagged.increment();
    lagging.incrementAndGet();
  }

  /** A client that lagged does so no more. */
  public void recovered() {
    lagging.decrementAndGet();
  }

  /** In so many sessions calls wait for people. */
  public void waitingForPeople(long sessions) {
    pending.set(sessions);
  }
}
