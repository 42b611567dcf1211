package io.tidegate.run;

import io.tidegate.loop.Entry;
import io.tidegate.loop.RunState;
import io.tidegate.run.Journal.Appended;
import io.tidegate.run.Journal.Batch;
import io.tidegate.run.Journal.Record;
import io.tidegate.run.Journal.Refused;
import io.tidegate.run.Journal.Refused.Why;
import io.tidegate.run.Journal.Status;
import io.tidegate.run.SessionDriver.Title;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Appends one session's entries, a batch at a time; what happens during an append makes the next
 * batch. While the journal does not answer, the same batch is tried again and again: nothing in the
 * run can start meanwhile, so what waits here is bounded by what was in flight.
 */
final class LogWriter {
  private static final long FIRST_PAUSE_MS = 50;
  private static final long LONGEST_PAUSE_MS = 2_000;
  private final SessionId session;
  private final Shell shell;
  private final Owner driver;
  private List<Pending> inFlight = List.of();
  private List<Pending> pending = new ArrayList<>();
  private Map<String, String> meta = Map.of();
  private boolean appending;
  private boolean lost;
  private Title title;
  private RunState base;

  /** Whose entries they are; told in this order. */
  interface Owner {
    /** What the session is after all entries that were added. */
    Status status();

    /** Who else listens to the session. */
    void listenedTo(List<String> replicas);

    /** The entries are in the journal; the state is the one after them. */
    void durable(List<Entry> entries, RunState after);

    /**
     * The log is not where it was: others have appended facts, or entries were lost. Nothing is
     * appended until {@link #restart}.
     */
    void stale();

    /** The session turned out to be another writer's. Told once. */
    void lost(Throwable why);
  }

  /** An entry that is not known to be in the journal, and the state after it. */
  static final class Pending {
    private final Entry entry;
    private final RunState after;
    private final Map<String, String> meta;
    private final boolean restored;
    private @Nullable Promise<Void> promise;

    private Pending(Entry entry, RunState after, Map<String, String> meta, boolean restored) {
      this.entry = entry;
      this.after = after;
      this.meta = meta;
      this.restored = restored;
    }

    Entry entry() {
      return entry;
    }

    RunState after() {
      return after;
    }

    /** Whether it was in the journal once, and the store lost it. */
    boolean restored() {
      return restored;
    }

    /** The same, but for a field of the session's record that is another by now. */
    Pending without(String field) {
      var fewer = new HashMap<>(meta);
      fewer.remove(field);
      var changed = new Pending(entry, after, fewer, restored);
      changed.promise = promise;
      return changed;
    }

    private Future<Void> written() {
      var waited = promise == null ? Promise.<Void>promise() : promise;
      promise = waited;
      return waited.future();
    }

    private void complete() {
      if (promise != null) {
        promise.complete();
      }
    }

    /** Tells those who wait for it that it was not written. */
    void fail(Throwable why) {
      if (promise != null) {
        promise.tryFail(why);
      }
    }
  }

  /** A writer at the log's end, which is that state's head. */
  LogWriter(SessionId session, Title title, RunState base, Shell shell, Owner driver) {
    this.session = session;
    this.title = title;
    this.base = base;
    this.shell = shell;
    this.driver = driver;
  }

  void add(Entry entry, RunState after) {
    pending.add(new Pending(entry, after, meta, false));
    meta = Map.of();
  }

  /** Puts an entry back that the store has lost. */
  void restore(Entry entry, RunState after) {
    pending.add(new Pending(entry, after, meta, true));
    meta = Map.of();
  }

  /** Sets a field of the session's record together with the entry that is added next. */
  void meta(String field, String value) {
    var more = new HashMap<>(meta);
    more.put(field, value);
    meta = more;
  }

  /** Sends what was added, unless an append is under way: then it goes with the next. */
  void flush() {
    if (appending || lost || pending.isEmpty()) {
      return;
    }
    inFlight = pending;
    pending = new ArrayList<>();
    appending = true;
    var entries = inFlight.stream().map(Pending::entry).toList();
    var fields = new HashMap<String, String>();
    inFlight.forEach(entry -> fields.putAll(entry.meta));
    noteWaiting(inFlight.getLast().after, fields);
    append(
        new Batch(
            title.owner(),
            title.epoch(),
            base.head(),
            base.tag(),
            entries,
            driver.status(),
            fields),
        FIRST_PAUSE_MS);
  }

  /** Whoever looks for calls that wait for people reads the record alone. */
  private void noteWaiting(RunState after, Map<String, String> fields) {
    if (after.waitingForPeople() != base.waitingForPeople()) {
      fields.put(Record.WAITING, Integer.toString(after.waitingForPeople()));
    }
  }

  private void append(Batch batch, long pauseMs) {
    long start = shell.time().nanos();
    shell
        .journal()
        .append(session, batch)
        .onSuccess(
            appended -> {
              shell.listener().appended(batch.entries().size(), shell.time().nanos() - start);
              appended(batch, appended);
            })
        .onFailure(failure -> failed(batch, pauseMs, failure));
  }

  private void appended(Batch batch, Appended appended) {
    if (lost) {
      return;
    }
    appending = false;
    var written = inFlight;
    inFlight = List.of();
    base = written.getLast().after;
    driver.listenedTo(appended.listeners());
    driver.durable(batch.entries(), base);
    written.forEach(Pending::complete);
  }

  private void failed(Batch batch, long pauseMs, Throwable failure) {
    if (lost) {
      return;
    }
    if (failure instanceof Refused refused) {
      refused(refused);
      return;
    }
    long next = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
    shell.time().after(pauseMs, () -> again(batch, next));
  }

  private void refused(Refused refused) {
    // That others own it may be how it looks when the store has lost the log's end.
    if (refused.why() != Why.GONE && base.head() > 0) {
      driver.stale();
    } else {
      lose(refused);
    }
  }

  private void again(Batch batch, long pauseMs) {
    if (!lost) {
      append(batch, pauseMs);
    }
  }

  /** Keeps the next entries back until {@link #restart}; false if an append is under way. */
  boolean pause() {
    if (appending || lost) {
      return false;
    }
    appending = true;
    return true;
  }

  /** All entries that are not known to be in the journal; they are no longer this writer's. */
  List<Pending> takeBack() {
    var all = new ArrayList<>(inFlight);
    all.addAll(pending);
    inFlight = List.of();
    pending = new ArrayList<>();
    return all;
  }

  /** Goes on from another end of the log. */
  void restart(RunState from, Title holding) {
    title = holding;
    base = from;
    appending = false;
  }

  /** Puts an entry back that was taken, at its new place; who waited for it still does. */
  void putBack(Pending old, Entry entry, RunState after) {
    var moved = new Pending(entry, after, old.meta, old.restored);
    moved.promise = old.promise;
    pending.add(moved);
  }

  /** Stops writing: whoever waits is told why. */
  void lose(Throwable why) {
    if (lost) {
      return;
    }
    lost = true;
    takeBack().forEach(entry -> entry.fail(why));
    driver.lost(why);
  }

  /** Completes when the last entry that was added is in the journal. */
  Future<Void> written() {
    if (!pending.isEmpty()) {
      return pending.getLast().written();
    }
    return inFlight.isEmpty() ? Future.succeededFuture() : inFlight.getLast().written();
  }

  /** The state after the last entry that is in the journal. */
  RunState base() {
    return base;
  }

  /** Whether somebody waits for something that was added and not sent yet. */
  boolean isAwaited() {
    for (var entry : pending) {
      if (entry.promise != null) {
        return true;
      }
    }
    return false;
  }

  /** Whether something was added that was not sent yet. */
  boolean hasMore() {
    return !pending.isEmpty();
  }

  boolean idle() {
    return !appending && pending.isEmpty();
  }
}
