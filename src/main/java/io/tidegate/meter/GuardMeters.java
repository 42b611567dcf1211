package io.tidegate.meter;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.tidegate.conversation.ModelFailure;
import io.tidegate.conversation.Usd;
import io.tidegate.guard.Breaker.State;
import io.tidegate.guard.GuardListener;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** Counts what guards do. Targets and breakers are named by the configuration. */
public final class GuardMeters implements GuardListener {
  private final MeterRegistry registry;
  private final MeterProvider<Counter> transitions;
  private final MeterProvider<Counter> retries;
  private final MeterProvider<Counter> retriesRefused;
  private final MeterProvider<Counter> fallbacks;
  private final MeterProvider<Counter> passedOver;
  private final MeterProvider<Counter> hedges;
  private final MeterProvider<Counter> hedgesWon;
  private final MeterProvider<Counter> cooled;
  private final MeterProvider<Counter> toolRetries;
  private final MeterProvider<Counter> toolRetriesRefused;
  private final MeterProvider<Counter> cacheHits;
  private final MeterProvider<Counter> cacheMisses;
  private final MeterProvider<Counter> cacheSaved;
  private final MeterProvider<Timer> waits;
  private final Map<String, AtomicInteger> states = new ConcurrentHashMap<>();
  private final Map<Tags, AtomicInteger> waiting = new ConcurrentHashMap<>();

  public GuardMeters(MeterRegistry registry) {
    this.registry = registry;
    transitions =
        counter("tidegate.breaker.transitions", "Changes of breakers, by their new state");
    retries = counter("tidegate.model.retries", "Targets asked once more, by what had failed");
    retriesRefused =
        counter("tidegate.model.retries.refused", "Retries for which there was no budget left");
    fallbacks = counter("tidegate.model.fallbacks", "Targets asked because another had failed");
    passedOver =
        counter("tidegate.model.passed.over", "Targets not asked as another could be, by reason");
    hedges = counter("tidegate.model.hedges", "Second questions, by the target that was silent");
    hedgesWon = counter("tidegate.model.hedges.won", "Second questions that were answered first");
    cooled = counter("tidegate.model.keys.cooled", "Keys not used for a while, by reason");
    toolRetries = counter("tidegate.tool.retries", "Calls sent once more, by server");
    toolRetriesRefused =
        counter("tidegate.tool.retries.refused", "Retries for which there was no budget left");
    cacheHits = counter("tidegate.cache.hits", "Questions answered by what an equal one had given");
    cacheSaved = counter(RunMeters.SAVED, RunMeters.SAVED_MEANS);
    cacheMisses = counter("tidegate.cache.misses", "Questions for which a cache had nothing");
    waits =
        Timer.builder("tidegate.model.wait")
            .description("Questions that had to wait in a line before they were put")
            .serviceLevelObjectives(Buckets.MODEL)
            .withRegistry(registry);
  }

  private MeterProvider<Counter> counter(String name, String description) {
    return Counter.builder(name).description(description).withRegistry(registry);
  }

  @Override
  public void breaker(String name) {
    states.computeIfAbsent(name, this::showState);
  }

  @Override
  public void breaker(String name, State before, State now) {
    transitions.withTags("breaker", name, "state", word(now)).increment();
    states.computeIfAbsent(name, this::showState).set(number(now));
  }

  private static int number(State state) {
    return switch (state) {
      case CLOSED -> 0;
      case OPEN -> 1;
      case HALF_OPEN -> 2;
    };
  }

  private AtomicInteger showState(String name) {
    return show(
        "tidegate.breaker.state",
        "0 if a breaker is closed, 1 if it is open, 2 if it is half open",
        Tags.of("breaker", name));
  }

  private AtomicInteger show(String gauge, String description, Tags tags) {
    var value = new AtomicInteger();
    Gauge.builder(gauge, value, AtomicInteger::get)
        .description(description)
        .tags(tags)
        .strongReference(true)
        .register(registry);
    return value;
  }

  @Override
  public void retried(String name, ModelFailure.Kind why) {
    retries.withTags("target", name, "error.type", word(why)).increment();
  }

  @Override
  public void retryRefused(String name) {
    retriesRefused.withTags("target", name).increment();
  }

  @Override
  public void toolRetried(String server) {
    toolRetries.withTags("server", server).increment();
  }

  @Override
  public void toolRetryRefused(String server) {
    toolRetriesRefused.withTags("server", server).increment();
  }

  @Override
  public void cacheHit(String cache) {
    cacheHits.withTags("cache", cache).increment();
  }

  @Override
  public void cacheMissed(String cache) {
    cacheMisses.withTags("cache", cache).increment();
  }

  @Override
  public void cacheSaved(String cache, Usd amount) {
    cacheSaved.withTags("cache", cache).increment(amount.nanos() / 1e9);
  }

  @Override
  public void fellBack(String from, String to) {
    fallbacks.withTags("from", from, "target", to).increment();
  }

  @Override
  public void passedOver(String name, Reason why) {
    passedOver.withTags("target", name, "reason", word(why)).increment();
  }

  @Override
  public void hedged(String first, String second) {
    hedges.withTags("target", first).increment();
  }

  @Override
  public void hedgeWon(String second) {
    hedgesWon.withTags("target", second).increment();
  }

  @Override
  public void cooled(String name, ModelFailure.Kind why) {
    cooled.withTags("target", name, "error.type", word(why)).increment();
  }

  @Override
  public void waiting(String name, Line line, int change) {
    Function<Tags, AtomicInteger> gauge =
        tags -> show("tidegate.model.waiting", "Questions that wait in a line", tags);
    waiting.computeIfAbsent(Tags.of("target", name, "line", word(line)), gauge).addAndGet(change);
  }

  @Override
  public void waited(String name, Line line, long nanos) {
    waits.withTags("target", name, "line", word(line)).record(nanos, TimeUnit.NANOSECONDS);
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
