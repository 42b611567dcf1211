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
  private final MeterProvider<Counter> fallbacks;
  private final MeterProvider<Counter> passedOver;
  private final MeterProvider<Counter> retries;
  private final MeterProvider<Counter> cooled;
  private final Known<String, Counter> retriesRefused;
  private final Known<String, Counter> hedges;
  private final Known<String, Counter> hedgesWon;
  private final Known<String, Counter> toolRetries;
  private final Known<String, Counter> toolRetriesRefused;
  private final Known<String, Counter> cacheHits;
  private final Known<String, Counter> cacheMisses;
  private final Known<String, Counter> cacheSaved;
  private final Known<String, Known<Line, Timer>> waits;
  private final Map<String, AtomicInteger> states = new ConcurrentHashMap<>();
  private final Map<Tags, AtomicInteger> waiting = new ConcurrentHashMap<>();

  public GuardMeters(MeterRegistry registry) {
    this.registry = registry;
    transitions =
        counter("tidegate.breaker.transitions", "Changes of breakers, by their new state");
    fallbacks = counter("tidegate.model.fallbacks", "Targets asked because another had failed");
    passedOver =
        counter("tidegate.model.passed.over", "Targets not asked as another could be, by reason");
    retries = counter("tidegate.model.retries", "Targets asked once more, by what had failed");
    cooled = counter("tidegate.model.keys.cooled", "Keys not used for a while, by reason");
    var refused = "Retries for which there was no budget left";
    retriesRefused = by("target", "tidegate.model.retries.refused", refused);
    hedges =
        by("target", "tidegate.model.hedges", "Second questions, by the target that was silent");
    hedgesWon =
        by("target", "tidegate.model.hedges.won", "Second questions that were answered first");
    toolRetries = by("server", "tidegate.tool.retries", "Calls sent once more, by server");
    toolRetriesRefused = by("server", "tidegate.tool.retries.refused", refused);
    cacheHits =
        by("cache", "tidegate.cache.hits", "Questions answered by what an equal one had given");
    cacheMisses = by("cache", "tidegate.cache.misses", "Questions for which a cache had nothing");
    cacheSaved = by("cache", RunMeters.SAVED, RunMeters.SAVED_MEANS);
    var line =
        new Families(registry)
            .timer(
                "tidegate.model.wait",
                "Questions that had to wait in a line before they were put",
                Buckets.MODEL);
    waits =
        new Known<>(
            target -> new Known<>(kind -> line.withTags("target", target, "line", word(kind))));
  }

  private MeterProvider<Counter> counter(String name, String description) {
    return new Families(registry).counter(name, description);
  }

  private Known<String, Counter> by(String label, String name, String description) {
    var family = counter(name, description);
    return new Known<>(value -> family.withTags(label, value));
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
    retriesRefused.of(name).increment();
  }

  @Override
  public void toolRetried(String server) {
    toolRetries.of(server).increment();
  }

  @Override
  public void toolRetryRefused(String server) {
    toolRetriesRefused.of(server).increment();
  }

  @Override
  public void cacheHit(String cache) {
    cacheHits.of(cache).increment();
  }

  @Override
  public void cacheMissed(String cache) {
    cacheMisses.of(cache).increment();
  }

  @Override
  public void cacheSaved(String cache, Usd amount) {
    cacheSaved.of(cache).increment(amount.nanos() / 1e9);
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
    hedges.of(first).increment();
  }

  @Override
  public void hedgeWon(String second) {
    hedgesWon.of(second).increment();
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
    waits.of(name).of(line).record(nanos, TimeUnit.NANOSECONDS);
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
