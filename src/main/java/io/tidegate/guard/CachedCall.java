package io.tidegate.guard;

import io.tidegate.conversation.Json;
import io.tidegate.guard.ToolGuardSettings.Cache;
import io.tidegate.loop.FailureClass;
import io.tidegate.loop.Outcome;
import io.tidegate.run.ResultCache.Look;
import io.tidegate.run.Toolbox.Execution;
import io.tidegate.run.Toolbox.Invocation;
import io.tidegate.run.Toolbox.Returned;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A call that takes the result of an equal one if there is one. It waits for others no longer than
 * half its time, and then is sent after all. Lives on the context that started it.
 */
final class CachedCall implements Execution {
  private static final long FIRST_PAUSE_MS = 10;
  private static final long LONGEST_PAUSE_MS = 200;

  private final ToolCache cache;
  private final Invocation invocation;
  private final String key;
  private final Cache settings;
  private final Supplier<Execution> send;
  private final @Nullable Context context = Vertx.currentContext();
  private final Promise<Returned> result = Promise.promise();
  private final Promise<Returned> flight = Promise.promise();
  private final long untilNanos;
  private @Nullable Execution sent;
  private @Nullable String lead;
  private long pauseMs = FIRST_PAUSE_MS;
  private boolean over;

  CachedCall(
      ToolCache cache,
      Invocation invocation,
      String key,
      Cache settings,
      Supplier<Execution> send) {
    this.cache = cache;
    this.invocation = invocation;
    this.key = key;
    this.settings = settings;
    this.send = send;
    this.untilNanos =
        cache.time.nanos() + TimeUnit.MILLISECONDS.toNanos(invocation.contract().timeoutMs()) / 2;
  }

  @Override
  public Future<Returned> result() {
    return result.future();
  }

  void begin() {
    var other = cache.flights.putIfAbsent(key, flight);
    if (other == null) {
      look();
    } else {
      other.future().onSuccess(returned -> here(() -> landed(returned)));
    }
  }

  /** An equal call of this replica is over; what went wrong with it need not go wrong with this. */
  private void landed(Returned returned) {
    if (over) {
      return;
    }
    if (returned.outcome() == Outcome.SUCCEEDED) {
      hit(returned.result());
    } else {
      send();
    }
  }

  private void look() {
    if (over) {
      return;
    }
    cache
        .shared
        .look(owner(), key, invocation.contract().timeoutMs())
        .onComplete(looked -> here(() -> looked(looked.result())));
  }

  private void looked(@Nullable Look look) {
    switch (look) {
      case Look.Found(var found) -> hit(found);
      case Look.Lead(var id) -> lead(id);
      case Look.Busy() -> lookAgain();
      case null -> send();
    }
  }

  private void lead(String id) {
    lead = id;
    if (over) {
      cache.shared.giveUp(owner(), key, id);
    } else {
      send();
    }
  }

  private void lookAgain() {
    if (cache.time.nanos() - untilNanos >= 0) {
      send();
      return;
    }
    cache.time.after(pauseMs, () -> here(this::look));
    pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
  }

  private void send() {
    if (over) {
      return;
    }
    cache.listener.cacheMissed("tools");
    var execution = send.get();
    sent = execution;
    execution.result().onSuccess(this::returned);
  }

  private void returned(Returned returned) {
    if (lead != null && returned.outcome() == Outcome.SUCCEEDED) {
      cache.shared.keep(owner(), key, lead, returned.result(), settings.ttlMs());
    } else if (lead != null) {
      cache.shared.giveUp(owner(), key, lead);
    }
    end(returned);
  }

  private void hit(Json found) {
    if (!over) {
      cache.listener.cacheHit("tools");
      end(new Returned(Outcome.SUCCEEDED, found, 0, null, true));
    }
  }

  @Override
  public boolean sent() {
    return sent != null && sent.sent();
  }

  @Override
  public void cancel() {
    if (sent != null) {
      sent.cancel();
    } else {
      end(
          new Returned(
              Outcome.CANCELLED,
              Json.error("The call was cancelled."),
              0,
              FailureClass.CANCELLED,
              false));
    }
  }

  private void end(Returned returned) {
    if (over) {
      return;
    }
    over = true;
    cache.flights.remove(key, flight);
    flight.complete(returned);
    result.complete(returned);
  }

  private String owner() {
    return "results:" + invocation.session().tenant();
  }

  private void here(Runnable task) {
    if (context == null || Vertx.currentContext() == context) {
      task.run();
    } else {
      context.runOnContext(_ -> task.run());
    }
  }
}
