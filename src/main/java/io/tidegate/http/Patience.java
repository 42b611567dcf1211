package io.tidegate.http;

import io.tidegate.run.Ids;
import io.tidegate.run.Time;
import java.util.concurrent.TimeUnit;

/**
 * Says when clients whose request was refused for the moment may come back: as late as there is
 * room for all of them, and not all at once.
 *
 * <p>When there is no room, a run is accepted where another has made some. So those that were
 * refused lately will do over the time in which as many are accepted.
 */
public final class Patience {
  private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** How long an estimate may get, in seconds; a client is asked for twice that at most. */
  private static final int LONGEST_S = 30;

  /** Within how many seconds clients come back that found the journal or the gateway away. */
  private static final int AWAY_S = 5;

  private final Time time;
  private final Ids ids;
  private long since;
  private Count now = new Count(0, 0);
  private Count before = new Count(0, 0);

  public Patience(Time time, Ids ids) {
    this.time = time;
    this.ids = ids;
    this.since = time.nanos();
  }

  /** What happened in a window of time. */
  private record Count(long accepted, long refused) {}

  /** A run was accepted. */
  synchronized void accepted() {
    turn();
    now = new Count(now.accepted + 1, now.refused);
  }

  /** The answer that tells the problem, and when to come back if that may help. */
  Answer answer(Problem problem) {
    return Answer.of(
        switch (problem.status()) {
          case Problem.OVERLOADED -> problem.retryAfter(roomIn());
          case Problem.UNAVAILABLE -> problem.retryAfter(1 + upTo(AWAY_S));
          default -> problem;
        });
  }

  /** In how many seconds to ask again for room. */
  private int roomIn() {
    int estimate = refused();
    return estimate + upTo(estimate + 1);
  }

  private synchronized int refused() {
    turn();
    now = new Count(now.accepted, now.refused + 1);
    long accepted = Math.max(1, now.accepted + before.accepted);
    double windows = 1.0 + (double) (time.nanos() - since) / WINDOW_NANOS;
    double seconds = windows * TimeUnit.NANOSECONDS.toSeconds(WINDOW_NANOS);
    double estimate = (now.refused + before.refused) * seconds / accepted;
    return (int) Math.clamp(Math.ceil(estimate), 1, LONGEST_S);
  }

  private int upTo(int bound) {
    return (int) (ids.fraction() * bound);
  }

  /** Begins a new window when the one there is is over; what is older than both is forgotten. */
  private void turn() {
    long passed = time.nanos() - since;
    if (passed >= WINDOW_NANOS) {
      before = passed < 2 * WINDOW_NANOS ? now : new Count(0, 0);
      now = new Count(0, 0);
      since = time.nanos();
    }
  }
}
