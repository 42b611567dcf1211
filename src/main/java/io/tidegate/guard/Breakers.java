package io.tidegate.guard;

import io.tidegate.loop.Pin;
import io.tidegate.run.BreakerStates;
import io.tidegate.run.BreakerStates.News;
import io.tidegate.run.Time;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The breakers of one replica, by name, in step with those of the others. There are as many as the
 * configuration has names.
 */
public final class Breakers {
  private final BreakerStates shared;
  private final Time time;
  private final GuardListener listener;
  private final Map<String, Breaker> byName = new ConcurrentHashMap<>();
  private final Pulse pulse;
  private final Runnable hearing;

  public Breakers(BreakerStates shared, Time time, GuardListener listener) {
    this.shared = shared;
    this.time = time;
    this.listener = listener;
    this.pulse = new Pulse(time);
    this.hearing = shared.hear(this::heard, this::lookAgain);
  }

  /** The breaker of that name; the settings are those with which it was first asked for. */
  public Breaker of(String name, BreakerSettings settings) {
    var known = byName.get(name);
    return known != null ? known : byName.computeIfAbsent(name, _ -> open(name, settings));
  }

  /** The breaker of a model's target. */
  Breaker of(Pin.Target target, GuardSettings.Health health) {
    return of("model:" + target.name(), health.breaker());
  }

  private Breaker open(String name, BreakerSettings settings) {
    var breaker = new Breaker(name, settings, shared, time, pulse, listener);
    listener.breaker(name);
    shared.look(name).onSuccess(breaker::hear);
    return breaker;
  }

  private void heard(News news) {
    var breaker = byName.get(news.name());
    if (breaker != null) {
      breaker.hear(news);
    }
  }

  private void lookAgain() {
    byName.forEach((name, breaker) -> shared.look(name).onSuccess(breaker::hear));
  }

  /** Hears no more of other replicas. */
  public void close() {
    hearing.run();
  }
}
