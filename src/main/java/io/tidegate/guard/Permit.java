package io.tidegate.guard;

import io.tidegate.guard.Breaker.Outcome;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Leave to make one call. It ends in exactly one of its outcomes; the first that is told holds. */
public final class Permit {
  private final Breaker breaker;
  private final int generation;
  private final @Nullable String probe;
  private final long from;
  private final AtomicBoolean over = new AtomicBoolean();

  Permit(Breaker breaker, int generation, @Nullable String probe, long from) {
    this.breaker = breaker;
    this.generation = generation;
    this.probe = probe;
    this.from = from;
  }

  int generation() {
    return generation;
  }

  /** The probe that it is: empty if no other replica knows of it, null if it is none. */
  @Nullable String probe() {
    return probe;
  }

  /** When it was given, by the clock that the breaker goes by, in nanoseconds. */
  long from() {
    return from;
  }

  /** The neighbour answered, be the answer good or bad, after so many nanoseconds. */
  public void onSuccess(long nanos) {
    end(Outcome.SUCCESS, nanos);
  }

  /** The neighbour could not be reached, or broke down, after so many nanoseconds. */
  public void onFailure(long nanos) {
    end(Outcome.FAILURE, nanos);
  }

  /** The call says nothing of the neighbour: it was cancelled, or never sent. */
  public void onIgnore() {
    end(Outcome.IGNORED, 0);
  }

  private void end(Outcome outcome, long nanos) {
    if (over.compareAndSet(false, true)) {
      breaker.over(this, outcome, nanos);
    }
  }
}
