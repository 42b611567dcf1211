package io.tidegate.guard;

import io.tidegate.guard.GuardListener.Line;
import io.tidegate.guard.Turnstile.Pass;
import io.tidegate.run.Model;
import io.tidegate.run.Permits;
import io.tidegate.run.Time;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks a target no more than so many questions at a time over all replicas, where that is
 * configured. A question waits for its place no longer than the target's whole answer may take;
 * then the target has no capacity for it. Of those who wait in a replica a few stand in the line of
 * all replicas, so that a thousand of them do not ask the store without end. While the target
 * starts slowly after trouble, it is asked fewer.
 */
final class ClusterModel implements Model {
  /** Who of one replica stands in the line of all at a time. */
  static final int ASKERS = 8;

  /** What waits is bounded by the bulkhead before it. */
  private static final int LINE_MOST = 1_000_000;

  private final Model next;
  private final Supplier<GuardSettings> settings;
  private final Breakers breakers;
  private final Permits permits;
  private final Time time;
  private final GuardListener listener;
  private final Map<String, Turnstile> byTarget = new ConcurrentHashMap<>();

  ClusterModel(
      Model next,
      Supplier<GuardSettings> settings,
      Breakers breakers,
      Permits permits,
      Time time,
      GuardListener listener) {
    this.next = next;
    this.settings = settings;
    this.breakers = breakers;
    this.permits = permits;
    this.time = time;
    this.listener = listener;
  }

  @Override
  public Exchange ask(Ask ask, Sink sink) {
    var health = settings.get().of(ask.target());
    if (health.cluster() == 0) {
      return next.ask(ask, sink);
    }
    var question = new Question(ask, sink, health);
    question.enter();
    return question.exchange;
  }

  /** A question that needs a place. On its asker's context alone. */
  private final class Question {
    private final Ask ask;
    private final Sink sink;
    private final GuardSettings.Health health;
    private final String name;
    private final Caller caller = Caller.current();
    private final LateExchange exchange = new LateExchange();
    private final long from = time.nanos();
    private @Nullable Pass pass;
    private Permits.@Nullable Turn turn;
    private Permits.@Nullable Permit place;
    private boolean waits = true;
    private boolean over;

    Question(Ask ask, Sink sink, GuardSettings.Health health) {
      this.ask = ask;
      this.sink = sink;
      this.health = health;
      this.name = ask.target().name();
      exchange.onEnd(this::end);
    }

    void enter() {
      listener.waiting(name, Line.CLUSTER, 1);
      var entered =
          byTarget
              .computeIfAbsent(name, _ -> new Turnstile(() -> ASKERS, LINE_MOST))
              .enter(ask.terms().tenant(), this::take);
      if (entered.isEmpty()) {
        exchange.fail(Unasked.lineFull(name));
        return;
      }
      pass = entered.get();
      if (pass.immediate()) {
        take();
      }
    }

    private void take() {
      if (over) {
        return;
      }
      long waitedMs = TimeUnit.NANOSECONDS.toMillis(time.nanos() - from);
      long leftMs = Math.max(0, ask.target().timeout().totalMs() - waitedMs);
      turn = permits.take("model:" + name, this::most, leftMs);
      turn.permit().onSuccess(given -> caller.now(() -> given(given)));
    }

    /** It grows for those, too, who came to wait when it was little. */
    private int most() {
      return (int) Math.ceil(health.cluster() * breakers.of(ask.target(), health).share());
    }

    private void given(Optional<Permits.Permit> given) {
      place = given.orElse(null);
      if (over) {
        leave();
      } else if (given.isEmpty()) {
        exchange.fail(Unasked.noPlace(name, most()));
      } else {
        stopWaiting();
        listener.waited(name, Line.CLUSTER, time.nanos() - from);
        exchange.begin(() -> next.ask(ask, sink));
      }
    }

    private void stopWaiting() {
      if (waits) {
        waits = false;
        listener.waiting(name, Line.CLUSTER, -1);
      }
      if (pass != null) {
        pass.close();
      }
    }

    private void end() {
      over = true;
      stopWaiting();
      if (turn != null) {
        turn.cancel();
      }
      leave();
    }

    private void leave() {
      if (place != null) {
        place.close();
      }
    }
  }
}
