package io.tidegate.run;

import io.tidegate.loop.Entry;
import io.tidegate.loop.Event;
import io.tidegate.loop.RunState;
import io.tidegate.testing.InMemoryJournal;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A journal in memory whose appends a test can count, hold back and make fail. Its futures complete
 * on the caller's context, later than the call unless it is told to be immediate.
 */
final class WatchedJournal implements Journal {
  final InMemoryJournal memory;
  private final List<Batch> batches = new CopyOnWriteArrayList<>();
  private final Set<String> announced = ConcurrentHashMap.newKeySet();
  private final Queue<RuntimeException> failures = new ArrayDeque<>();
  private @Nullable Promise<Void> held;
  private int silences;
  private boolean immediate;

  WatchedJournal(InMemoryJournal memory) {
    this.memory = memory;
  }

  WatchedJournal immediate() {
    immediate = true;
    return this;
  }

  /** The next appends fail so, one each. */
  synchronized void failNext(RuntimeException failure, int times) {
    for (int i = 0; i < times; i++) {
      failures.add(failure);
    }
  }

  /** So many questions about ownership, unfinished sessions and alarms get no answer in time. */
  synchronized void silence(int times) {
    silences = times;
  }

  private synchronized boolean silent() {
    return silences > 0 && silences-- > 0;
  }

  private <T> Future<T> unlessSilent(Supplier<Future<T>> operation) {
    return silent() ? Future.failedFuture(new Unavailable("it is silent", null)) : operation.get();
  }

  /** Appends are answered only after {@link #letGo}. */
  synchronized void hold() {
    held = Promise.promise();
  }

  synchronized void letGo() {
    var gate = held;
    held = null;
    if (gate != null) {
      gate.complete();
    }
  }

  /** All batches that somebody wanted to append, refused and repeated ones too. */
  List<Batch> batches() {
    return batches;
  }

  @Override
  public Future<Appended> append(SessionId session, Batch batch) {
    batches.add(batch);
    var failure = nextFailure();
    if (failure != null) {
      return later(() -> Future.failedFuture(failure));
    }
    var gate = gate();
    return gate == null
        ? later(() -> write(session, batch))
        : later(() -> gate.compose(_ -> write(session, batch)));
  }

  private Future<Appended> write(SessionId session, Batch batch) {
    var written = memory.append(session, batch);
    if (written.succeeded()) {
      batch.entries().forEach(entry -> note(session, entry.event()));
    }
    return written;
  }

  private void note(SessionId session, Event event) {
    if (event instanceof Event.CallStarted started) {
      announced.add(session + " " + started.call() + " " + started.attempt());
    }
  }

  /** Whether the journal says that the call is about to be sent. */
  boolean announced(Toolbox.Invocation call) {
    return announced.contains(call.session() + " " + call.call() + " " + call.attempt());
  }

  private synchronized @Nullable Future<Void> gate() {
    return held == null ? null : held.future();
  }

  private synchronized @Nullable RuntimeException nextFailure() {
    return failures.poll();
  }

  private <T> Future<T> later(Supplier<Future<T>> operation) {
    if (immediate) {
      return operation.get();
    }
    var caller = context();
    var promise = Promise.<T>promise();
    caller.runOnContext(
        _ -> operation.get().onComplete(done -> caller.runOnContext(_ -> promise.handle(done))));
    return promise.future();
  }

  private static Context context() {
    var current = Vertx.currentContext();
    if (current == null) {
      throw new AssertionError("the journal is called outside of any context");
    }
    return current;
  }

  @Override
  public Future<@Nullable Record> find(SessionId session) {
    return later(() -> memory.find(session));
  }

  @Override
  public Future<Appended> add(SessionId session, Facts facts) {
    return later(() -> memory.add(session, facts));
  }

  @Override
  public Future<@Nullable Long> own(Record record, String owner) {
    return later(() -> unlessSilent(() -> memory.own(record, owner)));
  }

  @Override
  public Future<Void> release(SessionId session, long epoch) {
    return later(() -> memory.release(session, epoch));
  }

  @Override
  public Future<@Nullable Record> listen(SessionId session, String replica, long ms) {
    return later(() -> memory.listen(session, replica, ms));
  }

  @Override
  public Future<Void> replicated(SessionId session, int replicas) {
    return later(() -> memory.replicated(session, replicas));
  }

  @Override
  public Future<List<Entry>> read(SessionId session, long after, int maxBytes) {
    return later(() -> memory.read(session, after, maxBytes));
  }

  @Override
  public Future<@Nullable RunState> snapshot(SessionId session) {
    return later(() -> memory.snapshot(session));
  }

  @Override
  public Future<Void> keepSnapshot(SessionId session, RunState state) {
    return later(() -> memory.keepSnapshot(session, state));
  }

  @Override
  public Future<@Nullable Buffer> blob(SessionId session, String digest) {
    return memory.blob(session, digest);
  }

  @Override
  public Future<Void> fork(SessionId from, long at, SessionId to, Entry forked, String agent) {
    return later(() -> memory.fork(from, at, to, forked, agent));
  }

  @Override
  public Future<Listing> list(String tenant, Filter filter, @Nullable String cursor, int limit) {
    return memory.list(tenant, filter, cursor, limit);
  }

  @Override
  public Future<Listing> waiting(String tenant, @Nullable String cursor, int limit) {
    return memory.waiting(tenant, cursor, limit);
  }

  @Override
  public Future<Boolean> delete(SessionId session) {
    return later(() -> memory.delete(session));
  }

  @Override
  public Future<Void> setAlarm(SessionId session, long at) {
    return unlessSilent(() -> memory.setAlarm(session, at));
  }

  @Override
  public Future<List<Due>> dueAlarms(long now, int limit) {
    return later(() -> memory.dueAlarms(now, limit));
  }

  @Override
  public Future<Void> settleAlarm(Due due, long next) {
    return memory.settleAlarm(due, next);
  }

  @Override
  public Future<Map<SessionId, Long>> heads(List<SessionId> sessions) {
    return later(() -> memory.heads(sessions));
  }

  @Override
  public Future<Void> ping() {
    return memory.ping();
  }
}
