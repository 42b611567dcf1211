package io.tidegate.run;

import io.tidegate.loop.RunState;
import io.tidegate.run.Journal.Appended;
import io.tidegate.run.Journal.Status;
import io.tidegate.run.Journal.Unavailable;
import io.tidegate.run.Rejection.Kind;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Leaves facts in sessions that this process does not drive. They hold on the state that was seen,
 * or the journal refuses them; their owner finds them when it is told, or at its next append.
 */
final class Visits {
  private static final int TRIES = 3;
  private static final long PAUSE_MS = 200;

  private final Shell shell;
  private final Loader loader;
  private final Deliberation deliberation;
  private final Neighbours neighbours;

  Visits(Shell shell, Loader loader, Neighbours neighbours) {
    this.shell = shell;
    this.loader = loader;
    this.deliberation = new Deliberation(shell);
    this.neighbours = neighbours;
  }

  /**
   * Acts on the session as it is. Fails with a {@link Journal.Refused} if it went on meanwhile: the
   * action was then for nothing, and may be done again.
   *
   * @param priority how urgent it is to find a process for the session if it needs one now
   */
  <T> Future<T> visit(SessionId session, int priority, Function<SessionWriter, Future<T>> action) {
    return loader
        .state(session, Long.MAX_VALUE)
        .compose(
            state ->
                state.head() == 0
                    ? Future.failedFuture(Drivers.missing(session))
                    : act(come(session, state), priority, action));
  }

  private Visit come(SessionId session, RunState state) {
    var ids = shell.ids();
    return new Visit(session, ids.session(), ids.tag(), state, deliberation, shell.time());
  }

  private <T> Future<T> act(Visit visit, int priority, Function<SessionWriter, Future<T>> action) {
    var result = action.apply(visit);
    if (!visit.entries().isEmpty()) {
      leave(visit, priority).onSuccess(_ -> visit.done()).onFailure(visit::failed);
    }
    return result;
  }

  private Future<Void> leave(Visit visit, int priority) {
    visit.noteWaiting();
    boolean rested = !Status.of(visit.base()).busy();
    var status = Status.of(visit.state());
    if (rested && status.busy()) {
      return inLine(visit.id(), priority, () -> append(visit, status));
    }
    return append(visit, status);
  }

  /**
   * Puts a session in line for a process that drives it, and does what makes it need one. The hint
   * goes first: a session that nobody looks for would wait for ever. It is given again afterwards:
   * who followed it too early found nothing to do and dropped it.
   */
  <T> Future<T> inLine(SessionId session, int priority, Supplier<Future<T>> deed) {
    return enqueue(session, priority)
        .compose(_ -> deed.get())
        .compose(
            done ->
                shell
                    .queue()
                    .add(session, priority, Integer.MAX_VALUE)
                    .transform(_ -> Future.succeededFuture(done)))
        .onSuccess(_ -> neighbours.workWaits());
  }

  private Future<Void> enqueue(SessionId session, int priority) {
    return shell
        .queue()
        .add(session, priority, shell.limits().queuedRuns())
        .compose(
            added ->
                added
                    ? Future.succeededFuture()
                    : Future.failedFuture(
                        new Rejection(
                            Kind.OVERLOADED,
                            "%d runs wait for room, which is the limit; try again later."
                                .formatted(shell.limits().queuedRuns()))));
  }

  private Future<Void> append(Visit visit, Status status) {
    return append(visit, status, TRIES).map(appended -> tell(visit, appended));
  }

  /** A try that was not answered may have been made: it can be repeated as it is. */
  private Future<Appended> append(Visit visit, Status status, int triesLeft) {
    return shell
        .journal()
        .add(visit.id(), visit.facts(status))
        .recover(
            why -> {
              if (!(why instanceof Unavailable) || triesLeft == 0) {
                return Future.failedFuture(why);
              }
              var promise = Promise.<Void>promise();
              shell.time().after(PAUSE_MS, promise::complete);
              return promise.future().compose(_ -> append(visit, status, triesLeft - 1));
            });
  }

  private @Nullable Void tell(Visit visit, Appended appended) {
    shell.listener().recorded(visit.id(), visit.entries(), visit.state());
    neighbours.factsAdded(visit.id(), visit.state(), appended);
    return null;
  }
}
