package io.tidegate.run;

import io.tidegate.loop.Entry;
import io.tidegate.loop.RunState;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.function.BiFunction;

/** Reads a session's journal from its start and folds it, a page at a time. */
final class Loader {
  private static final int PAGE_BYTES = 1 << 20;
  private final Journal journal;

  Loader(Journal journal) {
    this.journal = journal;
  }

  /** The state after all entries, or after those up to a seq. */
  Future<RunState> state(SessionId session, long upTo) {
    return fold(
        session, RunState.EMPTY, (state, entry) -> entry.seq() > upTo ? state : state.after(entry));
  }

  /** Folds all entries; a chain of pages, however long, does not grow the stack. */
  <T> Future<T> fold(SessionId session, T start, BiFunction<T, Entry, T> step) {
    var promise = Promise.<T>promise();
    page(session, 0, start, step, promise);
    return promise.future();
  }

  private <T> void page(
      SessionId session, long after, T before, BiFunction<T, Entry, T> step, Promise<T> promise) {
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
              page(session, entries.getLast().seq(), folded, step, promise);
            });
  }
}
