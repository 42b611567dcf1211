package io.tidegate.run;

import io.tidegate.loop.Budget.Scope;
import io.tidegate.loop.Event;
import io.tidegate.loop.Limits;
import io.tidegate.loop.RunState.Phase;
import io.tidegate.run.BudgetBook.Ready;
import io.tidegate.run.BudgetBook.Turn;
import io.vertx.core.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets runs go on that wait for budgets which have room again: at once when somebody raises one,
 * and from time to time, for what was missed and for days and months that begin.
 */
public final class BudgetWaker {
  private static final Logger LOG = LoggerFactory.getLogger(BudgetWaker.class);

  /** How often to look, in milliseconds. */
  public static final long PERIOD_MS = 5_000;

  /** Batches of sessions that one look wakes; more have their turn at the next. */
  private static final int MOST_BATCHES = 200;

  private final BudgetBook book;
  private final LiveSessions sessions;
  private final AtomicBoolean looking = new AtomicBoolean();

  public BudgetWaker(BudgetBook book, LiveSessions sessions) {
    this.book = book;
    this.sessions = sessions;
  }

  /** Looks once at all that wait; while it looks it does not begin anew. */
  public Future<Void> tick() {
    if (!sessions.alive() || !looking.compareAndSet(false, true)) {
      return Future.succeededFuture();
    }
    return book.waitingTenants()
        .compose(
            tenants -> {
              Future<Void> all = Future.succeededFuture();
              for (var tenant : tenants) {
                all = all.compose(_ -> look(tenant, null, MOST_BATCHES));
              }
              return all;
            })
        .onComplete(_ -> looking.set(false));
  }

  private Future<Void> look(String tenant, @Nullable Ready after, int left) {
    return book.ready(tenant, after)
        .compose(
            ready ->
                ready == null
                    ? Future.succeededFuture()
                    : wake(ready)
                        .compose(
                            _ ->
                                left > 1
                                    ? look(tenant, ready, left - 1)
                                    : Future.succeededFuture()));
  }

  /** Somebody has raised that budget. */
  public void raised(String tenant, Scope scope, String id) {
    book.ready(tenant, scope, id)
        .compose(ready -> wakeAll(tenant, ready, MOST_BATCHES))
        .onFailure(
            why ->
                LOG.warn(
                    "runs that wait for the budget of {} '{}' are looked for later: {}",
                    scope.wire(),
                    id,
                    why.getMessage()));
  }

  private Future<Void> wakeAll(String tenant, @Nullable Ready ready, int left) {
    if (ready == null) {
      return Future.succeededFuture();
    }
    return wake(ready)
        .compose(
            _ ->
                ready.next() < 0 || left <= 1
                    ? Future.succeededFuture()
                    : book.ready(tenant, ready).compose(next -> wakeAll(tenant, next, left - 1)));
  }

  private Future<Void> wake(Ready ready) {
    return Future.join(ready.turns().stream().map(turn -> wake(ready.account(), turn)).toList())
        .mapEmpty();
  }

  /** One that can't be woken now is named again. */
  private Future<Void> wake(String account, Turn turn) {
    return sessions
        .ofSession(turn.session(), BudgetWaker::goOn)
        .recover(BudgetWaker::isGone)
        .compose(over -> over ? book.woken(account, turn) : Future.succeededFuture())
        .recover(
            why -> {
              LOG.debug("session {} waits on: {}", turn.session(), why.getMessage());
              return Future.succeededFuture();
            });
  }

  /** Says whether the session waits no longer; one that is under way may be about to wait. */
  private static Future<Boolean> goOn(SessionWriter writer) {
    var state = writer.state();
    if (state.phase() == Phase.SUSPENDED && state.spending().refused() != null) {
      var event = new Event.Reopened(Limits.Change.NONE, "Its budget has room.", Deeds.TIDEGATE);
      return writer.record(state.run(), event).map(true);
    }
    return Future.succeededFuture(state.phase() != Phase.RUNNING);
  }

  private static Future<Boolean> isGone(Throwable why) {
    return why instanceof Rejection rejection && rejection.kind() == Rejection.Kind.NOT_FOUND
        ? Future.succeededFuture(true)
        : Future.failedFuture(why);
  }
}
