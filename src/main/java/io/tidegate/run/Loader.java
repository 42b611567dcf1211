package io.tidegate.run;

import io.tidegate.loop.Entry;
import io.tidegate.loop.RunState;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.function.BiFunction;

/**
 * Reads a session's journal and folds it, a page at a time: from its latest snapshot if that will
 * do, or else from the start.
 */
final class Loader {
  private static final int PAGE_BYTES = 1 << 20;
  private static final long END = Long.MAX_VALUE;
  private final Journal journal;

  Loader(Journal journal) {
    this.journal = journal;
  }

  /**
   * The state after all entries, or after those up to a seq. Who folds much keeps a snapshot, so
   * that the next one need not.
   */
  Future<RunState> state(SessionId session, long upTo) {
    return journal
        .snapshot(session)
        .map(kept -> kept == null || kept.head() > upTo ? RunState.EMPTY : kept)
        .compose(start -> state(session, start, upTo));
  }

  /** The entry that a snapshot ends with is read too: the log may have lost it and gone on. */
  private Future<RunState> state(SessionId session, RunState start, long upTo) {
    var snapshots = new Snapshots(journal, session, start);
    var promise = Promise.<RunState>promise();
    BiFunction<RunState, Entry, RunState> step =
        (state, entry) -> {
          if (entry.seq() > upTo) {
            return state;
          }
          if (entry.seq() <= start.head()) {
            return checked(state, entry);
          }
          snapshots.note(entry);
          return state.after(entry);
        };
    page(session, Math.max(0, start.head() - 1), upTo, start, step, promise);
    return promise
        .future()
        .onSuccess(snapshots::keepIfDue)
        .recover(
            why ->
                why instanceof OtherLog
                    ? state(session, RunState.EMPTY, upTo)
                    : Future.failedFuture(why));
  }

  private static RunState checked(RunState kept, Entry last) {
    if (!last.mayBe(kept.head(), kept.tag())) {
      throw new OtherLog();
    }
    return kept;
  }

  /** A snapshot is of a log that the store has lost. */
  private static final class OtherLog extends RuntimeException {
    private static final long serialVersionUID = 1;

    OtherLog() {
      super("the log has another entry there", null, false, false);
    }
  }

  /** Folds all entries; a chain of pages, however long, does not grow the stack. */
  <T> Future<T> fold(SessionId session, T start, BiFunction<T, Entry, T> step) {
    var promise = Promise.<T>promise();
    page(session, 0, END, start, step, promise);
    return promise.future();
  }

  private <T> void page(
      SessionId session,
      long after,
      long upTo,
      T before,
      BiFunction<T, Entry, T> step,
      Promise<T> promise) {
    journal
        .read(session, after, PAGE_BYTES)
        .onFailure(promise::fail)
        .onSuccess(
            entries -> {
              if (entries.isEmpty()) {
                promise.complete(before);
                return;
              }
              T folded = before;
              try {
                for (var entry : entries) {
                  folded = step.apply(folded, entry);
                }
              } catch (RuntimeException broken) {
                promise.fail(broken);
                return;
              }
              long last = entries.getLast().seq();
              if (last >= upTo) {
                promise.complete(folded);
              } else {
                page(session, last, upTo, folded, step, promise);
              }
            });
  }
}
