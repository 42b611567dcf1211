package io.tidegate.guard;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.github.resilience4j.circuitbreaker.event.CircuitBreakerOnStateTransitionEvent;
import io.tidegate.run.BreakerStates;
import io.tidegate.run.BreakerStates.News;
import io.tidegate.run.BreakerStates.Probe;
import io.tidegate.run.Time;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Stops asking a neighbour that fails, and tries with few calls whether it is well again.
 *
 * <p>Each replica counts its own calls while the breaker is closed. What it decides is told to all;
 * probes are given out by what the replicas share, so that together they send no more than one
 * replica would. Without the shared part each goes on alone. Time in which this process stood still
 * does not count. Any thread may call it.
 */
public final class Breaker {
  private static final long NANOS_PER_MS = 1_000_000;

  /** A probe that told nothing for so long is lost. */
  private static final long PROBE_MS = 60_000;

  /** Leave to probe that was not made use of for so long is no more good. */
  private static final long LEAVE_MS = 10_000;

  /** How long a refusal is taken for the answer of those who ask next. */
  private static final long REFUSED_MS = 100;

  /** The share of calls that slow start begins with. */
  private static final double FIRST_SHARE = 0.1;

  private final String name;
  private final BreakerSettings settings;
  private final BreakerStates shared;
  private final Time time;
  private final Pulse pulse;
  private final GuardListener listener;
  private final CircuitBreaker calls;
  private final Deque<Leave> leaves = new ArrayDeque<>();
  private int probing;
  private int asking;
  private int generation;
  private boolean told;
  private long heardOf;
  private boolean heardClosed;
  private long openUntil;
  private long refusedUntil;
  private @Nullable Long rampFrom;

  /** Whether calls are let through. */
  public enum State {
    CLOSED,
    OPEN,
    HALF_OPEN
  }

  /** A probe that may be made, until that time. */
  private record Leave(String id, long until) {}

  Breaker(
      String name,
      BreakerSettings settings,
      BreakerStates shared,
      Time time,
      Pulse pulse,
      GuardListener listener) {
    this.name = name;
    this.settings = settings;
    this.shared = shared;
    this.time = time;
    this.pulse = pulse;
    this.listener = listener;
    this.calls = CircuitBreaker.of(name, config(settings, time));
    calls.getEventPublisher().onStateTransition(this::changed);
  }

  private static CircuitBreakerConfig config(BreakerSettings settings, Time time) {
    return CircuitBreakerConfig.custom()
        .failureRateThreshold((float) (settings.failureRate() * 100))
        .slowCallRateThreshold((float) (settings.slowRate() * 100))
        .slowCallDurationThreshold(Duration.ofMillis(settings.slowMs()).minusNanos(1))
        .slidingWindowType(SlidingWindowType.COUNT_BASED)
        .slidingWindowSize(settings.window())
        .minimumNumberOfCalls(Math.min(settings.minimumCalls(), settings.window()))
        .permittedNumberOfCallsInHalfOpenState(settings.probes())
        .waitDurationInOpenState(Duration.ofMillis(settings.openMs()))
        .currentTimestampFunction(_ -> time.nanos(), TimeUnit.NANOSECONDS)
        .build();
  }

  public String name() {
    return name;
  }

  public synchronized State state() {
    return switch (calls.getState()) {
      case OPEN, FORCED_OPEN -> State.OPEN;
      case HALF_OPEN -> State.HALF_OPEN;
      case CLOSED, DISABLED, METRICS_ONLY -> State.CLOSED;
    };
  }

  /** How long it surely lets nobody through, in milliseconds; 0 if it may now. */
  public synchronized long waitMs() {
    if (state() == State.CLOSED) {
      return 0;
    }
    long until = Math.max(openUntil, refusedUntil);
    return Math.max(0, Math.ceilDiv(until - time.nanos(), NANOS_PER_MS));
  }

  /**
   * The share of the usual calls that the neighbour should get, from above 0 to 1: it grows for a
   * while after the breaker closed.
   */
  public synchronized double share() {
    var from = rampFrom;
    if (from == null) {
      return 1;
    }
    double done = (double) (time.nanos() - from) / (settings.slowStartMs() * NANOS_PER_MS);
    if (done >= 1) {
      rampFrom = null;
      return 1;
    }
    return FIRST_SHARE + (1 - FIRST_SHARE) * Math.max(0, done);
  }

  /** Leave to make one call, or none; an open breaker whose time is over asks for a probe. */
  public Future<Optional<Permit>> acquire() {
    return admits().map(yes -> yes ? tryAcquire() : Optional.empty());
  }

  /**
   * Whether a call may be made. The probe that it got of all replicas for that is kept for a while,
   * for the next who calls {@link #tryAcquire}.
   */
  public Future<Boolean> admits() {
    synchronized (this) {
      if (state() == State.CLOSED) {
        return Future.succeededFuture(true);
      }
      forgetLeaves();
      int out = leaves.size() + probing + asking;
      if (waitMs() > 0 || out >= settings.probes()) {
        return Future.succeededFuture(false);
      }
      asking++;
    }
    return shared
        .probe(name, settings.probes(), PROBE_MS)
        .transform((answer, failure) -> Future.succeededFuture(answered(answer)));
  }

  private synchronized boolean answered(@Nullable Probe answer) {
    asking--;
    return switch (answer) {
      case Probe.Granted(var id) -> leave(id);
      case Probe.Refused(var waitMs) -> {
        refusedUntil = time.nanos() + Math.max(REFUSED_MS, waitMs) * NANOS_PER_MS;
        yield state() == State.CLOSED;
      }
      case Probe.Unknown() -> leave("");
      case null -> leave("");
    };
  }

  private boolean leave(String id) {
    if (state() == State.CLOSED) {
      return true;
    }
    if (state() == State.OPEN) {
      calls.transitionToHalfOpenState();
    }
    leaves.add(new Leave(id, time.nanos() + LEAVE_MS * NANOS_PER_MS));
    return true;
  }

  private void forgetLeaves() {
    long now = time.nanos();
    leaves.removeIf(leave -> leave.until() - now < 0);
  }

  /** Leave to make one call now, or none. */
  public synchronized Optional<Permit> tryAcquire() {
    if (state() == State.CLOSED) {
      return Optional.of(permit(null));
    }
    forgetLeaves();
    var leave = leaves.poll();
    if (leave == null || !calls.tryAcquirePermission()) {
      return Optional.empty();
    }
    probing++;
    return Optional.of(permit(leave.id()));
  }

  private Permit permit(@Nullable String probe) {
    pulse.begin();
    return new Permit(this, generation, probe, time.nanos());
  }

  /** The call of a permit is over. */
  void over(Permit permit, Outcome outcome, long nanos) {
    boolean bad = outcome == Outcome.FAILURE || nanos >= settings.slowMs() * NANOS_PER_MS;
    boolean ours = bad && pulse.stoodStillSince(permit.from());
    pulse.end();
    count(permit, ours ? Outcome.IGNORED : outcome, nanos);
  }

  /** What began before the last change says nothing any more. */
  private synchronized void count(Permit permit, Outcome outcome, long nanos) {
    if (permit.generation() != generation) {
      return;
    }
    var probe = permit.probe();
    if (probe == null) {
      record(outcome, nanos);
      return;
    }
    probing--;
    switch (outcome) {
      case SUCCESS -> {
        if (!probe.isEmpty()) {
          shared.passed(name, probe, settings.probes());
        }
        record(outcome, nanos);
      }
      case FAILURE -> calls.transitionToOpenState();
      case IGNORED -> {
        calls.releasePermission();
        if (!probe.isEmpty()) {
          shared.giveBack(name, probe);
        }
      }
    }
  }

  private void record(Outcome outcome, long nanos) {
    switch (outcome) {
      case SUCCESS -> calls.onSuccess(nanos, TimeUnit.NANOSECONDS);
      case FAILURE -> calls.onError(nanos, TimeUnit.NANOSECONDS, new Failure());
      case IGNORED -> {}
    }
  }

  /** What another replica decided. */
  synchronized void hear(News news) {
    boolean old =
        news.opening() < heardOf || (news.opening() == heardOf && (heardClosed || !news.closed()));
    if (old) {
      return;
    }
    heardOf = news.opening();
    heardClosed = news.closed();
    told = true;
    try {
      if (news.closed() && state() != State.CLOSED) {
        calls.transitionToClosedState();
      } else if (!news.closed()) {
        if (state() != State.OPEN) {
          calls.transitionToOpenState();
        }
        openUntil = time.nanos() + news.leftMs() * NANOS_PER_MS;
      }
    } finally {
      told = false;
    }
  }

  private void changed(CircuitBreakerOnStateTransitionEvent event) {
    var transition = event.getStateTransition();
    var before = of(transition.getFromState());
    var now = of(transition.getToState());
    if (before == now) {
      return;
    }
    if (now != State.HALF_OPEN) {
      generation++;
      probing = 0;
      leaves.clear();
    }
    refusedUntil = time.nanos();
    if (now == State.OPEN) {
      opened();
    } else if (now == State.CLOSED) {
      rampFrom = settings.slowStartMs() == 0 ? null : time.nanos();
    }
    listener.breaker(name, before, now);
  }

  private void opened() {
    openUntil = time.nanos() + settings.openMs() * NANOS_PER_MS;
    if (!told) {
      shared.open(name, settings.openMs()).onSuccess(this::isOpening);
    }
  }

  private synchronized void isOpening(long opening) {
    if (opening > heardOf) {
      heardOf = opening;
      heardClosed = false;
    }
  }

  private static State of(CircuitBreaker.State state) {
    return switch (state) {
      case OPEN, FORCED_OPEN -> State.OPEN;
      case HALF_OPEN -> State.HALF_OPEN;
      case CLOSED, DISABLED, METRICS_ONLY -> State.CLOSED;
    };
  }

  /** How a call ended, as far as its neighbour's health goes. */
  enum Outcome {
    SUCCESS,
    FAILURE,
    IGNORED
  }

  /** The failure that is counted; which it was is told elsewhere. */
  private static final class Failure extends Exception {
    private static final long serialVersionUID = 1;

    private Failure() {
      super("a call failed", null, false, false);
    }
  }
}
