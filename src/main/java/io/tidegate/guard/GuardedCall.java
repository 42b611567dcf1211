package io.tidegate.guard;

import io.tidegate.conversation.SideEffect;
import io.tidegate.loop.FailureClass;
import io.tidegate.loop.Outcome;
import io.tidegate.run.Permits;
import io.tidegate.run.Time;
import io.tidegate.run.Toolbox;
import io.tidegate.run.Toolbox.Execution;
import io.tidegate.run.Toolbox.Invocation;
import io.tidegate.run.Toolbox.Returned;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A call on its way through the guards to its tool. Lives on the context that started it. Until it
 * is sent nothing has happened, so whatever keeps it from being sent is a failure and never an
 * unknown outcome.
 */
final class GuardedCall {
  private final Toolbox next;
  private final Invocation invocation;
  private final Breaker breaker;
  private final Time time;
  private final Caller caller = Caller.current();
  private final long startedAt;
  private final LateExecution call = new LateExecution(_ -> leave());
  private Turnstile.@Nullable Pass pass;
  private Time.@Nullable Timer timer;
  private Permits.@Nullable Turn turn;
  private Permits.@Nullable Permit place;

  GuardedCall(Toolbox next, Invocation invocation, Breaker breaker, Time time) {
    this.next = next;
    this.invocation = invocation;
    this.breaker = breaker;
    this.time = time;
    this.startedAt = time.nanos();
  }

  /**
   * Waits for its turn where its server starts slowly, and for a place among the calls of all
   * replicas, if there is a limit for them. A write has no longer in all than its tool's timeout:
   * when that has passed, others count on it that the write is not sent any more.
   *
   * @param limit how many calls all replicas may send at a time; 0 for no limit
   * @return the call under way
   */
  Execution begin(Turnstile turnstile, Permits permits, int limit) {
    Runnable then = limit == 0 ? this::admitted : () -> takePlace(permits, limit);
    var entered = turnstile.enter(invocation.session().tenant(), () -> entered(then));
    pass = entered.orElse(null);
    if (entered.isEmpty()) {
      full();
    } else if (entered.get().immediate()) {
      then.run();
    } else {
      timer = time.after(patienceMs(), this::full);
    }
    return call;
  }

  private void entered(Runnable then) {
    stopTimer();
    if (!call.isOver()) {
      then.run();
    }
  }

  private long patienceMs() {
    var contract = invocation.contract();
    boolean write = contract.effect() == SideEffect.WRITE;
    return write ? Math.max(1, contract.timeoutMs() / 2) : contract.timeoutMs();
  }

  private void takePlace(Permits permits, int limit) {
    long leftMs = Math.max(1, patienceMs() - waitedMs());
    turn = permits.take("tool:" + invocation.contract().name(), () -> limit, leftMs);
    turn.permit().onSuccess(given -> caller.now(() -> placed(given)));
  }

  /** It has its place among the calls of all replicas, or waited too long for one. */
  private void placed(Optional<Permits.Permit> given) {
    place = given.orElse(null);
    if (call.isOver()) {
      leave();
    } else if (given.isEmpty()) {
      full();
    } else {
      admitted();
    }
  }

  private void full() {
    call.end(
        Returned.unsent(
            FailureClass.SKIPPED,
            "Not carried out: as many calls of the tool as may be were under way all the time."
                + " Try it later."));
  }

  /** Nothing but the breaker stands between it and its tool. */
  private void admitted() {
    breaker.acquire().onSuccess(permit -> caller.now(() -> permitted(permit)));
  }

  private void permitted(Optional<Permit> permit) {
    if (call.isOver()) {
      permit.ifPresent(Permit::onIgnore);
    } else if (permit.isEmpty()) {
      call.end(
          Returned.unsent(
              FailureClass.TRANSPORT,
              "Not carried out: the tool's server can't be reached at present, and is left alone"
                  + " for a while. Do without it, or try it later."));
    } else if (isTooLate()) {
      permit.get().onIgnore();
      call.end(
          Returned.unsent(
              FailureClass.SKIPPED,
              "Not carried out: its time was over before it could be sent. Try it later."));
    } else {
      send(permit.get());
    }
  }

  /** No timer of a process that stands still ends a wait: others may have done the write by now. */
  private boolean isTooLate() {
    var contract = invocation.contract();
    return contract.effect() == SideEffect.WRITE && waitedMs() >= contract.timeoutMs();
  }

  private void send(Permit permit) {
    long from = time.nanos();
    call.begin(next.start(left()), returned -> tell(permit, returned, time.nanos() - from));
  }

  private Invocation left() {
    var contract = invocation.contract();
    long waited = waitedMs();
    return waited == 0 || contract.effect() != SideEffect.WRITE
        ? invocation
        : invocation.within(Math.max(1, contract.timeoutMs() - waited));
  }

  private long waitedMs() {
    return TimeUnit.NANOSECONDS.toMillis(time.nanos() - startedAt);
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

  private void leave() {
    stopTimer();
    if (turn != null) {
      turn.cancel();
    }
    if (pass != null) {
      pass.close();
    }
    if (place != null) {
      place.close();
    }
  }

  private void stopTimer() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }
}
