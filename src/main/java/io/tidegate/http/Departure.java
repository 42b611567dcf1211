package io.tidegate.http;

import io.tidegate.run.Ids;
import io.vertx.core.Context;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * Who is connected for long, and what to tell those who can't stay: all when the gateway leaves,
 * for they find everything elsewhere, and whoever has no key any more.
 */
public final class Departure {
  private static final long SOONEST_MS = 100;
  private static final long LATEST_MS = 2_000;

  private final Ids ids;
  private final Map<Runnable, Guest> guests = new ConcurrentHashMap<>();
  private boolean announced;
  private volatile Predicate<Caller> stays = _ -> true;

  public Departure(Ids ids) {
    this.ids = ids;
  }

  /** One who is connected, and where to tell. */
  private record Guest(Context context, Caller caller) {}

  /** Runs the task on that context when the caller can't stay; at once if that is so already. */
  void tell(Context context, Caller caller, Runnable task) {
    guests.put(task, new Guest(context, caller));
    if (!stays.test(caller)) {
      send(task);
    }
  }

  /** The guest is gone by itself. */
  void forget(Runnable task) {
    guests.remove(task);
  }

  /** The gateway leaves: nobody can stay. */
  synchronized void announce() {
    announced = true;
    only(_ -> false);
  }

  /** Those alone can stay from now on, unless the gateway leaves. */
  synchronized void keep(Predicate<Caller> those) {
    if (!announced) {
      only(those);
    }
  }

  private void only(Predicate<Caller> those) {
    stays = those;
    guests.forEach(
        (task, guest) -> {
          if (!those.test(guest.caller)) {
            send(task);
          }
        });
  }

  private void send(Runnable task) {
    var guest = guests.remove(task);
    if (guest != null) {
      guest.context.runOnContext(_ -> task.run());
    }
  }

  /** After how many milliseconds a client may come back: not all of them at once. */
  long comeBackMs() {
    return SOONEST_MS + (long) (ids.fraction() * (LATEST_MS - SOONEST_MS));
  }
}
