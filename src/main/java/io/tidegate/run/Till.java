package io.tidegate.run;

import io.tidegate.loop.Budget;
import io.tidegate.loop.Event.BudgetRefused;
import io.tidegate.loop.Event.BudgetWarned;
import io.tidegate.run.Budgets.Answer;
import io.tidegate.run.Budgets.Bill;
import io.tidegate.run.Budgets.Order;
import io.tidegate.run.Time.Timer;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reserves and settles for the runs of this process. Who is held back by what others have reserved
 * stands in line here, first come first served, and only the first of a line asks again: from time
 * to time, and at once when something is given back here.
 */
final class Till {
  private static final Logger LOG = LoggerFactory.getLogger(Till.class);
  private static final long FIRST_PAUSE_MS = 25;
  private static final long LONGEST_PAUSE_MS = 1_000;

  /** Settlements that wait for a store that does not answer; others are left to their lifetime. */
  private static final int MOST_UNSETTLED = 10_000;

  private final Budgets budgets;
  private final Time time;
  private final Ids ids;
  private final RunListener listener;
  private final WaitingLines<Waiter> lines = new WaitingLines<>();
  private final AtomicInteger unsettled = new AtomicInteger();

  Till(Shell shell) {
    this.budgets = shell.budgets();
    this.time = shell.time();
    this.ids = shell.ids();
    this.listener = shell.listener();
  }

  /** A claim that is on its way or in line. */
  interface Ticket {
    /** Gives it up; if it is reserved after all, it is given back. Nothing is told any more. */
    void cancel();
  }

  /**
   * Reserves, as soon as there is room. The caller is told on its context: nothing if the call may
   * be sent, or which budget has no room for it.
   */
  Ticket reserve(Order order, Consumer<Optional<BudgetRefused>> told) {
    var waiter = new Waiter(order, told);
    lines
        .joinIfAny(Levels.of(order), waiter)
        .ifPresentOrElse(line -> waiter.waitIn(line, time.nanos()), waiter::ask);
    return waiter;
  }

  /** Settles, and tells of thresholds that were passed; it is repeated while nobody answers. */
  void settle(Order order, @Nullable Bill bill, Consumer<List<BudgetWarned>> warned) {
    atLast(
        order,
        () -> budgets.settle(order, bill),
        warnings -> {
          listener.budget(new BudgetNotice.Settled(order, bill));
          warnings.forEach(passed -> listener.budget(new BudgetNotice.Warned(passed.budget())));
          if (!warnings.isEmpty()) {
            warned.accept(warnings);
          }
        });
  }

  /** Gives back what was reserved; it is repeated while nobody answers. */
  void release(Order order) {
    atLast(
        order,
        () -> budgets.release(order),
        _ -> listener.budget(new BudgetNotice.Released(order)));
  }

  private <T> void atLast(Order order, Supplier<Future<T>> deed, Consumer<T> done) {
    if (unsettled.incrementAndGet() > MOST_UNSETTLED) {
      unsettled.decrementAndGet();
      LOG.warn("{} is not settled: too many claims wait for the store", order.claim());
      return;
    }
    long deadline = time.nanos() + order.lifetimeMs() * 1_000_000;
    attempt(order, deed, done, deadline, 1);
  }

  private <T> void attempt(
      Order order, Supplier<Future<T>> deed, Consumer<T> done, long deadline, int nth) {
    deed.get()
        .onSuccess(
            result -> {
              unsettled.decrementAndGet();
              done.accept(result);
              Levels.of(order).forEach(level -> lines.first(level).ifPresent(Waiter::nudge));
            })
        .onFailure(
            why -> {
              if (!(why instanceof Journal.Unavailable) || time.nanos() - deadline > 0) {
                unsettled.decrementAndGet();
                LOG.warn("{} is not settled: {}", order.claim(), why.getMessage());
                return;
              }
              time.after(pauseMs(nth), () -> attempt(order, deed, done, deadline, nth + 1));
            });
  }

  private long pauseMs(int nth) {
    long most = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS << Math.min(nth - 1, 10));
    return 1 + (long) (most * (0.5 + ids.fraction() / 2));
  }

  /** A claim until it is granted or refused. All of it happens on the context of its asker. */
  private final class Waiter implements Ticket {
    private final Order order;
    private final Consumer<Optional<BudgetRefused>> told;
    private final Context context = Vertx.currentContext();
    private @Nullable String line;
    private @Nullable Timer timer;
    private long since = -1;
    private int tries;
    private boolean asking;
    private boolean again;
    private boolean unsure;
    private boolean over;

    Waiter(Order order, Consumer<Optional<BudgetRefused>> told) {
      this.order = order;
      this.told = told;
    }

    void waitIn(String name, long nanos) {
      line = name;
      since = nanos;
    }

    /** Something was given back, or it is the first of its line now. */
    void nudge() {
      context.runOnContext(
          _ -> {
            again = asking;
            if (!over && !asking) {
              ask();
            }
          });
    }

    private void ask() {
      stopTimer();
      asking = true;
      again = false;
      budgets.reserve(order).onSuccess(this::answered).onFailure(this::unanswered);
    }

    private void answered(Answer answer) {
      asking = false;
      unsure = false;
      switch (answer) {
        case Answer.Granted() -> granted();
        case Answer.Held(var by) -> held(by);
        case Answer.Refused(var why) -> refused(why);
      }
    }

    private void granted() {
      var waited = line;
      leave();
      if (over) {
        release(order);
        return;
      }
      over = true;
      listener.budget(new BudgetNotice.Reserved(order));
      if (waited != null) {
        long nanos = time.nanos() - since;
        listener.budget(new BudgetNotice.Waited(order, Levels.scope(waited), nanos));
      }
      told.accept(Optional.empty());
    }

    private void held(Budget by) {
      if (over) {
        leave();
        return;
      }
      since = since < 0 ? time.nanos() : since;
      var level = Levels.name(order, by);
      if (!level.equals(line)) {
        leave();
        line = level;
        lines.join(level, this);
      }
      if (again) {
        ask();
      } else if (lines.isFirst(level, this)) {
        pause();
      }
    }

    private void refused(BudgetRefused why) {
      leave();
      if (!over) {
        over = true;
        listener.budget(new BudgetNotice.Refused(order, why.budget()));
        told.accept(Optional.of(why));
      }
    }

    /** It may have been reserved: asking again does no harm, and neither does giving it back. */
    private void unanswered(Throwable why) {
      asking = false;
      if (over) {
        leave();
        release(order);
        return;
      }
      unsure = true;
      if (!(why instanceof Journal.Unavailable)) {
        LOG.error("{} could not be reserved", order.claim(), why);
      }
      pause();
    }

    private void pause() {
      tries++;
      timer =
          time.after(
              pauseMs(tries),
              () -> {
                timer = null;
                if (!over && !asking) {
                  ask();
                }
              });
    }

    private void stopTimer() {
      if (timer != null) {
        timer.cancel();
        timer = null;
      }
    }

    private void leave() {
      stopTimer();
      if (line != null) {
        var left = line;
        line = null;
        lines.leave(left, this).ifPresent(Waiter::nudge);
      }
    }

    @Override
    public void cancel() {
      if (over) {
        return;
      }
      over = true;
      if (!asking) {
        leave();
        if (unsure) {
          release(order);
        }
      }
    }
  }
}
