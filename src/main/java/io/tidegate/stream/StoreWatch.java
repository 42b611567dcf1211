package io.tidegate.stream;

import io.tidegate.run.Journal;
import io.tidegate.run.Time;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Looks whether the journal answers, once a second and as long as anybody wants to know, and tells
 * when it has been silent for some looks and when it answers again. Its guests are called on any
 * context, in order.
 */
final class StoreWatch {
  static final long LOOK_MS = 1_000;

  /** A silence that is over sooner is nothing that clients have to know. */
  static final int LOOKS = 3;

  private final Journal journal;
  private final Time time;
  private final Set<Consumer<Boolean>> guests = new LinkedHashSet<>();
  private Time.@Nullable Timer timer;
  private boolean asked;
  private boolean away;
  private int silent;

  StoreWatch(Journal journal, Time time) {
    this.journal = journal;
    this.time = time;
  }

  /** Tells the guest whether the journal is away, each time that it changes; at once if it is. */
  synchronized void join(Consumer<Boolean> guest) {
    guests.add(guest);
    if (away) {
      guest.accept(true);
    }
    if (timer == null) {
      timer = time.after(LOOK_MS, this::look);
    }
  }

  synchronized void leave(Consumer<Boolean> guest) {
    guests.remove(guest);
    if (guests.isEmpty() && timer != null) {
      timer.cancel();
      timer = null;
      found(true);
    }
  }

  private synchronized void look() {
    if (guests.isEmpty()) {
      return;
    }
    timer = time.after(LOOK_MS, this::look);
    if (asked) {
      // It may take longer until a question is given up than clients should be left in the dark.
      found(false);
    } else {
      asked = true;
      ping().onComplete(this::answered);
    }
  }

  private Future<Void> ping() {
    try {
      return journal.ping();
    } catch (RuntimeException e) {
      return Future.failedFuture(e);
    }
  }

  private synchronized void answered(AsyncResult<Void> answer) {
    asked = false;
    found(answer.succeeded());
  }

  private void found(boolean answers) {
    silent = answers ? 0 : Math.min(LOOKS, silent + 1);
    boolean now = silent == LOOKS || (away && !answers);
    if (now != away) {
      away = now;
      guests.forEach(guest -> guest.accept(now));
    }
  }
}
