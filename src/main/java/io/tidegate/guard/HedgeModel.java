package io.tidegate.guard;

import io.tidegate.loop.Pin.Hedge;
import io.tidegate.loop.Pin.Target;
import io.tidegate.run.Model;
import io.tidegate.run.Time;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * Asks a second target when the first stays silent for too long; who speaks first gives the reply,
 * and the other is cancelled. So many of a target's questions may be hedged.
 */
final class HedgeModel implements Model {
  /** What is earned in quiet times and may be spent at once. */
  private static final double MOST_EARNED = 100;

  private final Model next;
  private final Predicate<Target> healthy;
  private final Time time;
  private final GuardListener listener;
  private final Map<String, Allowance> byTarget = new ConcurrentHashMap<>();

  HedgeModel(Model next, Predicate<Target> healthy, Time time, GuardListener listener) {
    this.next = next;
    this.healthy = healthy;
    this.time = time;
    this.listener = listener;
  }

  @Override
  public Exchange ask(Ask ask, Sink sink) {
    var hedge = ask.terms().hedge();
    if (hedge == null || hedge.budget() == 0) {
      return next.ask(ask, sink);
    }
    var allowance = byTarget.computeIfAbsent(key(ask, hedge), _ -> allowance(hedge));
    allowance.earn();
    var race = new Race(next, ask, sink, listener);
    race.start();
    race.hedgeAfter(hedge.afterMs(), time, () -> allowance.spend() ? second(ask) : null);
    return race;
  }

  private static String key(Ask ask, Hedge hedge) {
    return ask.target().name() + " " + hedge.budget();
  }

  private static Allowance allowance(Hedge hedge) {
    return new Allowance(hedge.budget(), MOST_EARNED, 0);
  }

  /** The first spare that is well, or else the same target once more. */
  private Target second(Ask ask) {
    return ask.terms().spares().stream().filter(healthy).findFirst().orElse(ask.target());
  }
}
