package io.tidegate.guard;

import io.tidegate.conversation.Json;
import io.tidegate.guard.ToolGuardSettings.Cache;
import io.tidegate.loop.Outcome;
import io.tidegate.run.ResultCache.Look;
import io.tidegate.run.Toolbox.Execution;
import io.tidegate.run.Toolbox.Invocation;
import io.tidegate.run.Toolbox.Returned;
import io.vertx.core.Promise;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A call that takes the result of an equal one if there is one. It waits for others no longer than
 * half its time, and then is sent after all. Lives on the context that started it.
 */
final class CachedCall {
  private static final long FIRST_PAUSE_MS = 10;
  private static final long LONGEST_PAUSE_MS = 200;

  private final ToolCache cache;
  private final Invocation invocation;
  private final String key;
  private final Cache settings;
  private final Supplier<Execution> send;
  private final Caller caller = Caller.current();
  private final LateExecution call = new LateExecution(this::over);
  private final Promise<Returned> flight = Promise.promise();
  private final long untilNanos;
  private @Nullable String lead;
  private long pauseMs = FIRST_PAUSE_MS;

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

  Execution begin() {
    var other = cache.flights.putIfAbsent(key, flight);
    if (other == null) {
      look();
    } else {
      other.future().onSuccess(returned -> caller.now(() -> landed(returned)));
    }
    return call;
  }

  /** An equal call of this replica is over; what went wrong with it need not go wrong with this. */
  private void landed(Returned returned) {
    if (call.isOver()) {
      return;
    }
    if (returned.outcome() == Outcome.SUCCEEDED) {
      hit(returned.result());
    } else {
      send();
    }
  }

  private void look() {
    if (call.isOver()) {
      return;
    }
    cache
        .shared
        .look(owner(), key, invocation.contract().timeoutMs())
        .onComplete(looked -> caller.now(() -> looked(looked.result())));
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
    if (call.isOver()) {
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
    cache.time.after(pauseMs, () -> caller.now(this::look));
    pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
  }

  private void send() {
    if (call.isOver()) {
      return;
    }
    cache.listener.cacheMissed("tools");
    call.begin(send.get(), this::returned);
  }

  private void returned(Returned returned) {
    if (lead != null && returned.outcome() == Outcome.SUCCEEDED) {
      cache.shared.keep(owner(), key, lead, returned.result(), settings.ttlMs());
    } else if (lead != null) {
      cache.shared.giveUp(owner(), key, lead);
    }
  }

  private void hit(Json found) {
    if (!call.isOver()) {
      cache.listener.cacheHit("tools");
      call.end(new Returned(Outcome.SUCCEEDED, found, 0, null, true));
    }
  }

  private void over(Returned returned) {
    cache.flights.remove(key, flight);
    flight.complete(returned);
  }

  private String owner() {
    return "results:" + invocation.session().tenant();
  }
}
