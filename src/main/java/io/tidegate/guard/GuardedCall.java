package io.tidegate.guard;

import io.tidegate.conversation.Json;
import io.tidegate.conversation.SideEffect;
import io.tidegate.loop.FailureClass;
import io.tidegate.loop.Outcome;
import io.tidegate.run.Permits;
import io.tidegate.run.Time;
import io.tidegate.run.Toolbox;
import io.tidegate.run.Toolbox.Execution;
import io.tidegate.run.Toolbox.Invocation;
import io.tidegate.run.Toolbox.Returned;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A call on its way through the guards to its tool. Lives on the context that started it. Until it
 * is sent nothing has happened, so whatever keeps it from being sent is a failure and never an
 * unknown outcome.
 */
final class GuardedCall implements Execution {
  private final Toolbox next;
  private final Invocation invocation;
  private final Breaker breaker;
  private final Time time;
  private final @Nullable Context context = Vertx.currentContext();
  private final long startedAt;
  private final Promise<Returned> result = Promise.promise();
  private Permits.@Nullable Permit place;
  private @Nullable Execution sent;
  private boolean over;

  GuardedCall(Toolbox next, Invocation invocation, Breaker breaker, Time time) {
    this.next = next;
    this.invocation = invocation;
    this.breaker = breaker;
    this.time = time;
    this.startedAt = time.nanos();
  }

  @Override
  public Future<Returned> result() {
    return result.future();
  }

  /**
   * Waits for a place among the calls of all replicas. A write has no longer in all than its tool's
   * timeout: when that has passed, others count on it that the write is not sent any more.
   */
  void takePlace(Permits permits, int limit) {
    var contract = invocation.contract();
    boolean write = contract.effect() == SideEffect.WRITE;
    long waitMs = write ? Math.max(1, contract.timeoutMs() / 2) : contract.timeoutMs();
    permits
        .take("tool:" + contract.name(), limit, waitMs)
        .onSuccess(given -> here(() -> placed(given)));
  }

  /** It has its place among the calls of all replicas, or waited too long for one. */
  private void placed(Optional<Permits.Permit> given) {
    place = given.orElse(null);
    if (over) {
      leave();
    } else if (given.isEmpty()) {
      end(
          Returned.unsent(
              FailureClass.SKIPPED,
              "Not carried out: as many calls of the tool as may be were under way all the time."
                  + " Try it later."));
    } else {
      admitted();
    }
  }

  /** Nothing but the breaker stands between it and its tool. */
  void admitted() {
    breaker.acquire().onSuccess(permit -> here(() -> permitted(permit)));
  }

  private void permitted(Optional<Permit> permit) {
    if (over) {
      permit.ifPresent(Permit::onIgnore);
    } else if (permit.isEmpty()) {
      end(
          Returned.unsent(
              FailureClass.TRANSPORT,
              "Not carried out: the tool's server can't be reached at present, and is left alone"
                  + " for a while. Do without it, or try it later."));
    } else {
      send(permit.get());
    }
  }

  private void send(Permit permit) {
    long from = time.nanos();
    var execution = next.start(left());
    sent = execution;
    execution
        .result()
        .onSuccess(
            returned -> {
              tell(permit, returned, time.nanos() - from);
              end(returned);
            });
  }

  private Invocation left() {
    var contract = invocation.contract();
    long waited = TimeUnit.NANOSECONDS.toMillis(time.nanos() - startedAt);
    return waited == 0 || contract.effect() != SideEffect.WRITE
        ? invocation
        : invocation.within(Math.max(1, contract.timeoutMs() - waited));
  }

  private void here(Runnable task) {
    if (context == null || Vertx.currentContext() == context) {
      task.run();
    } else {
      context.runOnContext(_ -> task.run());
    }
  }

  /** A server that answered was reached, be the answer as bad as it may. */
  private static void tell(Permit permit, Returned returned, long nanos) {
    var failure = returned.failure();
    if (failure != null && failure.transport()) {
      permit.onFailure(nanos);
    } else if (returned.outcome() == Outcome.CANCELLED || returned.tries() == 0) {
      permit.onIgnore();
    } else {
      permit.onSuccess(nanos);
    }
  }

  @Override
  public boolean sent() {
    return sent != null;
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
    if (!over) {
      over = true;
      leave();
      result.complete(returned);
    }
  }

  private void leave() {
    if (place != null) {
      place.close();
    }
  }
}
