package io.tidegate.http;

import io.tidegate.run.Ids;
import io.vertx.core.Context;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Who is connected for long, and what to tell them when the gateway leaves: that they find
 * everything elsewhere.
 */
public final class Departure {
  private static final long SOONEST_MS = 100;
  private static final long LATEST_MS = 2_000;

  private final Ids ids;
  private final Map<Runnable, Context> guests = new ConcurrentHashMap<>();
  private volatile boolean announced;

  public Departure(Ids ids) {
    this.ids = ids;
  }

  /** Runs the task on that context when the gateway leaves; at once if it is leaving. */
  void tell(Context context, Runnable task) {
    guests.put(task, context);
    if (announced) {
      announce(task, context);
    }
  }

  /** The guest is gone by itself. */
  void forget(Runnable task) {
    guests.remove(task);
  }

  void announce() {
    announced = true;
    guests.forEach(this::announce);
  }

  private void announce(Runnable task, Context context) {
    if (guests.remove(task, context)) {
      context.runOnContext(_ -> task.run());
    }
  }

  /** After how many milliseconds a client may come back: not all of them at once. */
  long comeBackMs() {
    return SOONEST_MS + (long) (ids.fraction() * (LATEST_MS - SOONEST_MS));
  }
}
