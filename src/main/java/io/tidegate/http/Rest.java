package io.tidegate.http;

import io.tidegate.loop.Entry;
import io.tidegate.loop.Event;
import io.tidegate.loop.RunState;
import io.tidegate.loop.Stop;
import io.tidegate.run.RunListener;
import io.tidegate.run.SessionId;
import io.tidegate.run.Sessions;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Waits until a run comes to rest: suspended or stopped. */
final class Rest implements RunListener {
  private final String run;
  private final Context waiter;
  private final Promise<Stop> promise = Promise.promise();
  private Sessions.@Nullable Following following;

  private Rest(String run, Context waiter) {
    this.run = run;
    this.waiter = waiter;
  }

  /** Called on the waiter's context, where its future completes. */
  static Rest of(Sessions sessions, Sessions.Started started, Context waiter) {
    var rest = new Rest(started.run(), waiter);
    rest.follow(sessions, started.session());
    return rest;
  }

  Future<Stop> future() {
    return promise.future();
  }

  /** Stops waiting. */
  void close() {
    if (following != null) {
      following.close();
      following = null;
    }
  }

  private void follow(Sessions sessions, SessionId session) {
    following = sessions.follow(session, this);
    promise.future().onComplete(any -> close());
    // It may have come to rest before it was followed.
    sessions.run(session, run).onSuccess(found -> settle(found.stop())).onFailure(promise::tryFail);
  }

  /** On the run's context. */
  @Override
  public void recorded(SessionId session, List<Entry> entries, RunState state) {
    heard(session, entries);
  }

  /** On any context. */
  @Override
  public void heard(SessionId session, List<Entry> entries) {
    for (var entry : entries) {
      if (entry.run().equals(run)) {
        var stop = stop(entry.event());
        if (stop != null) {
          waiter.runOnContext(turn -> settle(stop));
        }
      }
    }
  }

  private static @Nullable Stop stop(Event event) {
    if (event instanceof Event.Suspended(var stop)) {
      return stop;
    }
    return event instanceof Event.Stopped(var stop) ? stop : null;
  }

  private void settle(@Nullable Stop stop) {
    if (stop != null) {
      promise.tryComplete(stop);
    }
  }
}
