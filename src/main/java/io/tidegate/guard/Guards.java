package io.tidegate.guard;

import io.tidegate.loop.Pin.Target;
import io.tidegate.run.BreakerStates;
import io.tidegate.run.Ids;
import io.tidegate.run.Model;
import io.tidegate.run.Permits;
import io.tidegate.run.Quotas;
import io.tidegate.run.ResultCache;
import io.tidegate.run.Routing;
import io.tidegate.run.Time;
import java.util.function.Supplier;

/** All guards of one replica: they share what they know of each neighbour. */
public final class Guards {
  private final Supplier<GuardSettings> settings;
  private final Time time;
  private final Ids ids;
  private final GuardListener listener;
  private final Breakers breakers;
  private final KeyGates gates;
  private final Permits permits;

  /**
   * Guards that know of no trouble yet.
   *
   * @param settings asked for each time: what it says of providers' keys may change
   * @param permits places among the questions of all replicas
   */
  public Guards(
      Supplier<GuardSettings> settings,
      BreakerStates states,
      Quotas quotas,
      Permits permits,
      Time time,
      Ids ids,
      GuardListener listener) {
    this.settings = settings;
    this.permits = permits;
    this.time = time;
    this.ids = ids;
    this.listener = listener;
    this.breakers = new Breakers(states, time, listener);
    this.gates = new KeyGates(settings, quotas, time, ids::fraction, listener);
  }

  /** Breakers by name, of models and whatever else can be sick. */
  public Breakers breakers() {
    return breakers;
  }

  /**
   * One attempt at one target, with care. Read it from the outside in: a silent target is hedged;
   * each question waits for its turn at the provider and for a place at the target, here and among
   * those of all replicas, and is put only if the breaker is closed by then.
   */
  public Model around(Model model) {
    return hedge(rateLimit(bulkhead(cluster(breaker(model)))));
  }

  /** Asks nobody what was asked before, where a route keeps replies. */
  public Model caching(ResultCache replies, Model next) {
    return new ReplyCacheModel(next, replies, listener);
  }

  private Model hedge(Model next) {
    return new HedgeModel(next, this::healthy, time, listener);
  }

  private Model rateLimit(Model next) {
    return new RateLimitModel(next, gates);
  }

  private Model bulkhead(Model next) {
    return new BulkheadModel(next, settings, breakers, time, listener);
  }

  private Model cluster(Model next) {
    return new ClusterModel(next, settings, breakers, permits, time, listener);
  }

  private Model breaker(Model next) {
    return new BreakerModel(next, settings, breakers, time);
  }

  /** Whom to ask, and whom after a failure. */
  public Routing routing(Routing.Conditions conditions) {
    return new Router(settings, breakers, gates, conditions, time, ids, listener);
  }

  private boolean healthy(Target target) {
    var breaker = breakers.of(target, settings.get().of(target));
    return breaker.state() == Breaker.State.CLOSED && gates.of(target).coolingMs() == 0;
  }

  /** Hears no more of other replicas. */
  public void close() {
    breakers.close();
    gates.close();
  }
}
