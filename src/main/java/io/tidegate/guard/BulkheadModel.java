package io.tidegate.guard;

import io.tidegate.guard.GuardListener.Line;
import io.tidegate.run.Model;
import io.tidegate.run.Time;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Asks each target no more than so many questions at a time; the others wait in line. While a
 * target starts slowly after trouble, it is asked fewer.
 */
final class BulkheadModel implements Model {
  /** What waits is bounded by the runs of a replica; this bounds it for one target. */
  private static final int LINE_MOST = 20_000;

  private final Model next;
  private final Supplier<GuardSettings> settings;
  private final Breakers breakers;
  private final Time time;
  private final GuardListener listener;
  private final Map<String, Turnstile> byTarget = new ConcurrentHashMap<>();

  BulkheadModel(
      Model next,
      Supplier<GuardSettings> settings,
      Breakers breakers,
      Time time,
      GuardListener listener) {
    this.next = next;
    this.settings = settings;
    this.breakers = breakers;
    this.time = time;
    this.listener = listener;
  }

  @Override
  public Exchange ask(Ask ask, Sink sink) {
    var name = ask.target().name();
    var exchange = new LateExchange();
    long from = time.nanos();
    var pass =
        turnstile(ask)
            .enter(
                ask.terms().tenant(),
                () -> {
                  listener.waiting(name, Line.BULKHEAD, -1);
                  listener.waited(name, Line.BULKHEAD, time.nanos() - from);
                  exchange.begin(() -> next.ask(ask, sink));
                });
    if (pass.isEmpty()) {
      exchange.fail(Unasked.lineFull(name));
      return exchange;
    }
    exchange.onEnd(pass.get()::close);
    if (pass.get().immediate()) {
      exchange.begin(() -> next.ask(ask, sink));
    } else {
      listener.waiting(name, Line.BULKHEAD, 1);
    }
    return exchange;
  }

  private Turnstile turnstile(Ask ask) {
    return byTarget.computeIfAbsent(
        ask.target().name(), _ -> turnstile(settings.get().of(ask.target()), ask));
  }

  private Turnstile turnstile(GuardSettings.Health health, Ask ask) {
    var breaker = breakers.of(ask.target(), health);
    return new Turnstile(() -> (int) Math.ceil(health.concurrency() * breaker.share()), LINE_MOST);
  }
}
