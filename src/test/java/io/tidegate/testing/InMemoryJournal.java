package io.tidegate.testing;

import static java.util.Comparator.comparing;

import io.tidegate.loop.Entry;
import io.tidegate.loop.Event;
import io.tidegate.loop.RunState;
import io.tidegate.run.Journal;
import io.tidegate.run.SessionId;
import io.tidegate.run.Time;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A journal in memory that refuses what the real one refuses. It may be shared by threads. Its
 * futures are complete when it returns them, but for those of reads if they have an executor.
 */
public final class InMemoryJournal implements Journal {
  private static final long ALARM_AGAIN_MS = 30_000;

  private final Time time;
  private final Executor reads;
  private final Map<SessionId, Log> logs = new LinkedHashMap<>();
  private final Map<String, Buffer> blobs = new HashMap<>();
  private final Map<SessionId, Long> alarms = new HashMap<>();
  private @Nullable RuntimeException broken;
  private @Nullable RuntimeException unreadable;

  public InMemoryJournal(Time time) {
    this(time, Runnable::run);
  }

  /** A journal whose reads take place, and whose futures of them complete, on the executor. */
  public InMemoryJournal(Time time, Executor reads) {
    this.time = time;
    this.reads = reads;
  }

  /** Makes every operation fail like this from now on; null mends it. */
  public synchronized void breakWith(@Nullable RuntimeException failure) {
    broken = failure;
  }

  /** Makes every read fail like this from now on; null mends it. */
  public synchronized void breakReadsWith(@Nullable RuntimeException failure) {
    unreadable = failure;
  }

  /** Everything in a session's log; empty if there is no such session. */
  public synchronized List<Entry> entries(SessionId session) {
    var log = logs.get(session);
    return log == null ? List.of() : log.entries();
  }

  /** Loses the last entries of a session's log, as a fail-over may. */
  public synchronized void forget(SessionId session, int last) {
    var log = logs.get(session);
    if (log != null) {
      log.stored.subList(log.stored.size() - last, log.stored.size()).clear();
    }
  }

  /**
   * A fail-over to a replica that lacks the last changes of a session: appends, and those of its
   * owner.
   */
  public synchronized void failOver(SessionId session, int changes) {
    var log = logs.get(session);
    if (log != null && !log.copies.isEmpty()) {
      int kept = Math.max(0, log.copies.size() - changes);
      log.restore(log.copies.get(kept));
      log.copies.subList(kept, log.copies.size()).clear();
    }
  }

  /** How many changes of a session a fail-over may lose. */
  public synchronized int changes(SessionId session) {
    var log = logs.get(session);
    return log == null ? 0 : log.copies.size();
  }

  /** Puts a blob where {@link #blob} finds it for the session's family. */
  public synchronized void putBlob(SessionId session, String digest, Buffer content) {
    blobs.put(blobKey(session, digest), content);
  }

  @Override
  public Future<Appended> append(SessionId session, Batch batch) {
    return run(
        () -> {
          var log = logs.get(session);
          if (log == null) {
            log = create(session, batch);
            logs.put(session, log);
          } else if (!log.holds(batch) || !log.owner.equals(batch.owner())) {
            var before = log.copy();
            log.claim(batch);
            if (!log.owner.equals(batch.owner()) && batch.epoch() == log.epoch) {
              throw new Refused(Refused.Why.FENCED, log.owner + " owns " + session);
            }
            log.admit(batch);
            log.copies.add(before);
            log.add(batch, time.now());
          }
          return log.appended(time.now());
        });
  }

  @Override
  public Future<Appended> add(SessionId session, Facts facts) {
    return run(
        () -> {
          var log = logs.get(session);
          if (log == null) {
            throw new Refused(Refused.Why.GONE, "there is no session " + session);
          }
          var status = facts.status();
          var batch =
              new Batch(
                  "", log.epoch, facts.head(), facts.tag(), facts.entries(), status, facts.meta());
          if (!log.holds(batch) || !log.added.equals(facts.name())) {
            log.admit(batch);
            log.keepCopy();
            log.added = facts.name();
            // As the real one: who owned it at rest may have forgotten it.
            log.owner = status.busy() && !log.status.busy() ? "" : log.owner;
            log.add(batch, time.now());
          }
          return log.appended(time.now());
        });
  }

  private Log create(SessionId session, Batch batch) {
    if (batch.head() != 0 || batch.epoch() != 1) {
      throw new Refused(Refused.Why.GONE, "there is no session " + session);
    }
    var log = new Log(session, agent(batch.entries()), null, time.now());
    log.owner = batch.owner();
    log.admit(batch);
    log.add(batch, time.now());
    return log;
  }

  private static String agent(List<Entry> entries) {
    return entries.stream().map(entry -> agent(entry.event())).findFirst().orElse("");
  }

  private static String agent(Event first) {
    return switch (first) {
      case Event.Opened opened -> opened.agent();
      case Event.Queued queued -> queued.agent();
      case Event.Asked asked -> asked.pin().agent();
      default -> "";
    };
  }

  @Override
  public Future<@Nullable Record> find(SessionId session) {
    return run(
        () -> {
          var log = logs.get(session);
          return log == null ? null : log.record();
        });
  }

  @Override
  public Future<Map<SessionId, Long>> heads(List<SessionId> sessions) {
    return run(
        () -> {
          var heads = new HashMap<SessionId, Long>();
          for (var session : sessions) {
            var log = logs.get(session);
            if (log != null) {
              heads.put(session, log.head());
            }
          }
          return heads;
        });
  }

  @Override
  public Future<@Nullable Long> own(Record record, String owner) {
    return run(
        () -> {
          var log = logs.get(record.id());
          if (log == null || log.epoch != record.epoch() || log.head() != record.head()) {
            return null;
          }
          log.keepCopy();
          log.owner = owner;
          return ++log.epoch;
        });
  }

  @Override
  public Future<Void> release(SessionId session, long epoch) {
    return run(
        () -> {
          var log = logs.get(session);
          if (log != null && log.epoch == epoch) {
            log.owner = "";
          }
          return null;
        });
  }

  @Override
  public Future<@Nullable Record> listen(SessionId session, String replica, long ms) {
    return run(
        () -> {
          var log = logs.get(session);
          if (log == null) {
            return null;
          }
          log.listeners.put(replica, time.now() + ms);
          return log.record();
        });
  }

  @Override
  public Future<Void> replicated(SessionId session, int replicas) {
    return run(() -> null);
  }

  @Override
  public Future<List<Entry>> read(SessionId session, long after, int maxBytes) {
    var page = Promise.<List<Entry>>promise();
    reads.execute(() -> page(session, after, maxBytes).onComplete(page));
    return page.future();
  }

  private Future<List<Entry>> page(SessionId session, long after, int maxBytes) {
    return run(
        () -> {
          if (unreadable != null) {
            throw unreadable;
          }
          var log = logs.get(session);
          return log == null ? List.of() : log.page(after, maxBytes);
        });
  }

  @Override
  public Future<@Nullable RunState> snapshot(SessionId session) {
    return run(
        () -> {
          var log = logs.get(session);
          return log == null ? null : log.snapshot;
        });
  }

  @Override
  public Future<Void> keepSnapshot(SessionId session, RunState state) {
    return run(
        () -> {
          var log = logs.get(session);
          if (log == null || state.head() > log.head()) {
            throw new Refused(Refused.Why.STALE_HEAD, "the log of " + session + " is shorter");
          }
          if (log.snapshot == null || log.snapshot.head() < state.head()) {
            log.snapshot = state;
          }
          return null;
        });
  }

  @Override
  public Future<@Nullable Buffer> blob(SessionId session, String digest) {
    return run(() -> blobs.get(blobKey(session, digest)));
  }

  private static String blobKey(SessionId session, String digest) {
    return session.tenant() + "/" + session.root() + "/" + digest;
  }

  @Override
  public Future<Void> fork(SessionId from, long at, SessionId to, Entry forked, String agent) {
    return run(
        () -> {
          var source = logs.get(from);
          if (source == null || source.head() < at) {
            throw new Refused(Refused.Why.GONE, "there is no entry " + at + " in " + from);
          }
          if (logs.containsKey(to)) {
            throw new Refused(Refused.Why.STALE_HEAD, "there is a session " + to);
          }
          var entries = new ArrayList<>(source.entries().subList(0, Math.toIntExact(at)));
          entries.add(forked);
          var log = new Log(to, agent, from.id(), time.now());
          var batch = new Batch("", 1, 0, 0, entries, Status.IDLE, Map.of());
          log.admit(batch);
          log.add(batch, time.now());
          logs.put(to, log);
          return null;
        });
  }

  @Override
  public Future<Listing> list(String tenant, Filter filter, @Nullable String cursor, int limit) {
    return run(
        () -> {
          var found =
              logs.values().stream()
                  .map(Log::record)
                  .filter(each -> each.id().tenant().equals(tenant))
                  .filter(filter::matches)
                  .sorted(
                      comparing(Record::createdAt).thenComparing(each -> each.id().id()).reversed())
                  .toList();
          int from = cursor == null ? 0 : Integer.parseInt(cursor);
          int to = Math.min(found.size(), from + limit);
          var next = to < found.size() ? String.valueOf(to) : null;
          return new Listing(found.subList(Math.min(from, to), to), next);
        });
  }

  @Override
  public Future<Listing> waiting(String tenant, @Nullable String cursor, int limit) {
    return run(
        () -> {
          var found =
              logs.values().stream()
                  .map(Log::record)
                  .filter(each -> each.id().tenant().equals(tenant) && each.waitsForPeople())
                  .toList();
          int from = cursor == null ? 0 : Integer.parseInt(cursor);
          int to = Math.min(found.size(), from + limit);
          var next = to < found.size() ? String.valueOf(to) : null;
          return new Listing(found.subList(Math.min(from, to), to), next);
        });
  }

  @Override
  public Future<Boolean> delete(SessionId session) {
    return run(
        () -> {
          boolean deleted = logs.remove(session) != null;
          alarms.remove(session);
          if (logs.keySet().stream().noneMatch(other -> sameFamily(session, other))) {
            blobs.keySet().removeIf(key -> key.startsWith(blobKey(session, "")));
          }
          return deleted;
        });
  }

  private static boolean sameFamily(SessionId one, SessionId other) {
    return one.tenant().equals(other.tenant()) && one.root().equals(other.root());
  }

  /** The sessions that an owner has under way. */
  public synchronized List<SessionId> ownedBy(String owner) {
    return logs.values().stream()
        .filter(log -> log.owner.equals(owner))
        .filter(log -> log.status == Status.RUNNING || log.status == Status.QUEUED)
        .map(log -> log.session)
        .toList();
  }

  @Override
  public Future<Void> setAlarm(SessionId session, long at) {
    return run(
        () -> {
          if (at == 0) {
            alarms.remove(session);
          } else {
            alarms.put(session, at);
          }
          return null;
        });
  }

  @Override
  public Future<Void> settleAlarm(Due due, long next) {
    return run(
        () -> {
          if (next == 0) {
            alarms.remove(due.session(), due.seen());
          } else {
            alarms.replace(due.session(), due.seen(), next);
          }
          return null;
        });
  }

  /** Loses all alarms, as a fail-over may. */
  public synchronized void loseAlarms() {
    alarms.clear();
  }

  @Override
  public Future<List<Due>> dueAlarms(long now, int limit) {
    return run(
        () -> {
          var due =
              alarms.entrySet().stream()
                  .filter(alarm -> alarm.getValue() <= now)
                  .sorted(Map.Entry.comparingByValue())
                  .limit(limit)
                  .map(alarm -> new Due(alarm.getKey(), now + ALARM_AGAIN_MS))
                  .toList();
          due.forEach(each -> alarms.put(each.session(), each.seen()));
          return due;
        });
  }

  @Override
  public Future<Void> ping() {
    return run(() -> null);
  }

  private synchronized <T extends @Nullable Object> Future<T> run(Supplier<T> operation) {
    if (broken != null) {
      return Future.failedFuture(broken);
    }
    try {
      return Future.succeededFuture(operation.get());
    } catch (RuntimeException failure) {
      return Future.failedFuture(failure);
    }
  }

  /** One session's log and record. */
  private static final class Log {
    private final SessionId session;
    private final String agent;
    private final @Nullable String parent;
    private final long createdAt;
    private final List<Stored> stored = new ArrayList<>();
    private final Map<String, String> meta = new TreeMap<>();
    private Status status = Status.IDLE;
    private final Map<String, Long> listeners = new TreeMap<>();
    private String owner = "";
    private String added = "";
    private long epoch = 1;
    private long updatedAt;
    private @Nullable RunState snapshot;

    /** How it was before each change. */
    private final List<Copy> copies = new ArrayList<>();

    private record Copy(
        long head,
        Status status,
        String owner,
        String added,
        long epoch,
        long updatedAt,
        Map<String, String> meta) {}

    Log(SessionId session, String agent, @Nullable String parent, long createdAt) {
      this.session = session;
      this.agent = agent;
      this.parent = parent;
      this.createdAt = createdAt;
      this.updatedAt = createdAt;
    }

    /** An entry and about how many bytes it would take. */
    private record Stored(Entry entry, int bytes) {}

    void keepCopy() {
      copies.add(copy());
    }

    Copy copy() {
      return new Copy(head(), status, owner, added, epoch, updatedAt, Map.copyOf(meta));
    }

    void restore(Copy copy) {
      stored.subList(Math.toIntExact(copy.head()), stored.size()).clear();
      status = copy.status();
      owner = copy.owner();
      added = copy.added();
      epoch = copy.epoch();
      updatedAt = copy.updatedAt();
      meta.clear();
      meta.putAll(copy.meta());
      snapshot = snapshot == null || snapshot.head() > head() ? null : snapshot;
    }

    long head() {
      return stored.size();
    }

    /** Whether the log ends with an entry that may be the one of that place and tag. */
    boolean endsWith(long seq, int tag) {
      return seq == head() && (seq == 0 || stored.getLast().entry().mayBe(seq, tag));
    }

    List<Entry> entries() {
      return stored.stream().map(Stored::entry).toList();
    }

    /** Whether this very batch was appended before. */
    boolean holds(Batch batch) {
      int from = Math.toIntExact(batch.head());
      int to = from + batch.entries().size();
      return batch.epoch() == epoch
          && !batch.entries().isEmpty()
          && to <= stored.size()
          && entries().subList(from, to).equals(batch.entries());
    }

    /** A session at rest is taken by the first append on its head. */
    void claim(Batch batch) {
      if (batch.epoch() == epoch + 1 && endsWith(batch.head(), batch.tag()) && !status.busy()) {
        epoch = batch.epoch();
        owner = batch.owner();
      }
    }

    void admit(Batch batch) {
      if (batch.epoch() != epoch) {
        throw new Refused(
            Refused.Why.FENCED,
            "the epoch of " + session + " is " + epoch + ", the writer's " + batch.epoch());
      }
      if (!endsWith(batch.head(), batch.tag())) {
        throw new Refused(
            Refused.Why.STALE_HEAD,
            "the head of " + session + " is " + head() + ", the writer's " + batch.head());
      }
      long expected = batch.head();
      for (var entry : batch.entries()) {
        if (entry.seq() != ++expected) {
          throw new IllegalArgumentException("entry " + entry.seq() + " in place of " + expected);
        }
      }
    }

    void add(Batch batch, long now) {
      for (var entry : batch.entries()) {
        stored.add(new Stored(entry, entry.toString().length()));
      }
      status = batch.status();
      meta.putAll(batch.meta());
      updatedAt = now;
    }

    List<Entry> page(long after, int maxBytes) {
      var page = new ArrayList<Entry>();
      int left = maxBytes;
      for (int i = Math.toIntExact(Math.max(0, after)); i < stored.size(); i++) {
        left -= stored.get(i).bytes();
        if (left < 0 && !page.isEmpty()) {
          break;
        }
        page.add(stored.get(i).entry());
      }
      return List.copyOf(page);
    }

    Appended appended(long now) {
      listeners.values().removeIf(till -> till < now);
      return new Appended(owner, List.copyOf(listeners.keySet()));
    }

    Record record() {
      return new Record(
          session,
          agent,
          status,
          owner,
          epoch,
          head(),
          createdAt,
          updatedAt,
          parent,
          Map.copyOf(meta));
    }
  }
}
