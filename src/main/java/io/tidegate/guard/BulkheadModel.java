package io.tidegate.guard;

import io.tidegate.guard.GuardListener.Line;
import io.tidegate.guard.Turnstile.Pass;
import io.tidegate.run.Model;
import io.tidegate.run.Time;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

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
    var question = new Question(ask, sink);
    question.enter();
    return question.exchange;
  }

  private Turnstile turnstile(Ask ask) {
    return byTarget.computeIfAbsent(
        ask.target().name(), _ -> turnstile(settings.get().of(ask.target()), ask));
  }

  private Turnstile turnstile(GuardSettings.Health health, Ask ask) {
    var breaker = breakers.of(ask.target(), health);
    return new Turnstile(() -> (int) Math.ceil(health.concurrency() * breaker.share()), LINE_MOST);
  }

  /** A question that may have to wait. On its asker's context alone. */
  private final class Question {
    private final Ask ask;
    private final Sink sink;
    private final String name;
    private final LateExchange exchange = new LateExchange();
    private final long from = time.nanos();
    private @Nullable Pass pass;
    private boolean waits;

    Question(Ask ask, Sink sink) {
      this.ask = ask;
      this.sink = sink;
      this.name = ask.target().name();
      exchange.onEnd(this::end);
    }

    void enter() {
      pass = turnstile(ask).enter(ask.terms().tenant(), this::letIn).orElse(null);
      if (pass == null) {
        exchange.fail(Unasked.lineFull(name));
      } else if (pass.immediate()) {
        put();
      } else {
        waits = true;
        listener.waiting(name, Line.BULKHEAD, 1);
      }
    }

    private void letIn() {
      if (waits) {
        stopWaiting();
        listener.waited(name, Line.BULKHEAD, time.nanos() - from);
        put();
      }
    }

    private void put() {
      exchange.begin(() -> next.ask(ask, sink));
    }

    private void stopWaiting() {
      waits = false;
      listener.waiting(name, Line.BULKHEAD, -1);
    }

    private void end() {
      if (waits) {
        stopWaiting();
      }
      if (pass != null) {
        pass.close();
      }
    }
  }
}
