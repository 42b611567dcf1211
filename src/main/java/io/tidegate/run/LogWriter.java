package io.tidegate.run;

import io.tidegate.loop.Entry;
import io.tidegate.run.Journal.Batch;
import io.tidegate.run.Journal.Status;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Appends one session's entries, a batch at a time; what happens during an append makes the next
 * batch. While the journal does not answer, the same batch is tried again and again: nothing in the
 * run can start meanwhile, so what waits here is bounded by what was in flight.
 */
final class LogWriter {
  private static final long FIRST_PAUSE_MS = 50;
  private static final long LONGEST_PAUSE_MS = 2_000;
  private final SessionId session;
  private final long epoch;
  private final Shell shell;
  private final Consumer<List<Entry>> onDurable;
  private final Consumer<Throwable> onLost;
  private final Queue<Watcher> watchers = new ArrayDeque<>();
  private final Supplier<Status> status;
  private List<Entry> pending = new ArrayList<>();
  private Map<String, String> meta = new HashMap<>();
  private boolean appending;
  private boolean lost;
  private long durable;

  private record Watcher(long seq, Promise<Void> promise) {}

  /**
   * A writer at the log's end.
   *
   * @param status what the session is after all entries that were added
   * @param onDurable told of each batch once it is in the journal, before those who wait for it
   * @param onLost told once if the session turns out to be another writer's
   */
  LogWriter(
      SessionId session,
      long epoch,
      long head,
      Shell shell,
      Supplier<Status> status,
      Consumer<List<Entry>> onDurable,
      Consumer<Throwable> onLost) {
    this.session = session;
    this.epoch = epoch;
    this.durable = head;
    this.shell = shell;
    this.status = status;
    this.onDurable = onDurable;
    this.onLost = onLost;
  }

  void add(Entry entry) {
    pending.add(entry);
  }

  /** Sets a field of the session's record together with the next entries. */
  void meta(String field, String value) {
    meta.put(field, value);
  }

  /** Sends what was added, unless an append is under way: then it goes with the next. */
  void flush() {
    if (appending || lost || pending.isEmpty()) {
      return;
    }
    var batch = new Batch("me", epoch, durable, pending, status.get(), meta);
    pending = new ArrayList<>();
    meta = new HashMap<>();
    appending = true;
    append(batch, FIRST_PAUSE_MS);
  }

  private void append(Batch batch, long pauseMs) {
    long start = shell.time().nanos();
    shell
        .journal()
        .append(session, batch)
        .onSuccess(
            _ -> {
              shell.listener().appended(batch.entries().size(), shell.time().nanos() - start);
              appended(batch);
            })
        .onFailure(failure -> failed(batch, pauseMs, failure));
  }

  private void appended(Batch batch) {
    if (lost) {
      return;
    }
    appending = false;
    durable = batch.entries().getLast().seq();
    onDurable.accept(batch.entries());
    while (!watchers.isEmpty() && watchers.element().seq() <= durable) {
      watchers.remove().promise().complete();
    }
  }

  private void failed(Batch batch, long pauseMs, Throwable failure) {
    if (lost) {
      return;
    }
    if (failure instanceof Journal.Refused) {
      lose(failure);
      return;
    }
    long next = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
    shell.time().after(pauseMs, () -> again(batch, next));
  }

  private void again(Batch batch, long pauseMs) {
    if (!lost) {
      append(batch, pauseMs);
    }
  }

  /** Stops writing: whoever waits is told why. */
  void lose(Throwable why) {
    if (lost) {
      return;
    }
    lost = true;
    watchers.forEach(watcher -> watcher.promise().fail(why));
    watchers.clear();
    onLost.accept(why);
  }

  /** Completes when the entry with that seq is in the journal. */
  Future<Void> durable(long seq) {
    if (seq <= durable) {
      return Future.succeededFuture();
    }
    var promise = Promise.<Void>promise();
    watchers.add(new Watcher(seq, promise));
    return promise.future();
  }

  /** The seq of the last entry that is in the journal. */
  long durable() {
    return durable;
  }

  boolean idle() {
    return !appending && pending.isEmpty();
  }
}
