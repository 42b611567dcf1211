package io.tidegate.session;

import io.tidegate.loop.Entry;
import io.tidegate.loop.Event;
import io.tidegate.loop.RunState;
import io.tidegate.run.Archive;
import io.tidegate.run.Journal;
import io.tidegate.run.Retention;
import io.tidegate.run.SessionId;
import io.tidegate.session.codec.Blob;
import io.tidegate.session.codec.EntryCodec;
import io.tidegate.session.redis.RedisPipes;
import io.tidegate.session.redis.ScriptCall;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The journal in Redis. What belongs to a session is changed by one script in one slot, and is the
 * truth; lists that span sessions are hints: written before it, and held against it when they are
 * read.
 */
public final class RedisJournal implements Journal {
  private static final String FROM_OUTSIDE = "";

  /** How long one look at the replicas may hold up what else waits on the connection. */
  private static final long REPLICATION_MS = 100;

  private final RedisPipes pipes;
  private final EntryCodec codec = new EntryCodec();
  private final Records records;
  private final TenantIndex index;
  private final Owned owned;
  private final Alarms alarms;
  private final Inbox inbox;
  private final LogReader reader;
  private final SnapshotStore snapshots;
  private final Deletion deletion;
  private final Archive archive;
  private final Retention.Store shelf;
  private final RedisOutbox outbox;
  private final RedisAudit audit;

  RedisJournal(Vertx vertx, RedisPipes pipes, RedisOutbox outbox, LongSupplier now) {
    this.pipes = pipes;
    this.records = new Records(pipes);
    var tenants = new Tenants(pipes, now);
    this.index = new TenantIndex(pipes, records, tenants, now);
    this.owned = new Owned(pipes, now);
    this.alarms = new Alarms(pipes, records);
    this.inbox = new Inbox(pipes, records, now);
    this.reader = new LogReader(pipes, codec);
    this.snapshots = new SnapshotStore(vertx, pipes, codec);
    this.deletion = new Deletion(pipes, index, owned, inbox, alarms);
    this.archive = new RedisArchive(vertx, pipes, codec, index, deletion);
    this.shelf = new RedisShelf(pipes, records, deletion, alarms, tenants, now);
    this.outbox = outbox;
    this.audit = new RedisAudit(pipes, records, reader, tenants, now);
  }

  /** Who did what in the same sessions. */
  RedisAudit audit() {
    return audit;
  }

  @Override
  public Future<Appended> append(SessionId session, Batch batch) {
    var hints = hints(session, batch);
    return pipes
        .run(session.root(), appending(session, batch, Long.toString(batch.epoch())))
        .map(answer -> appended(session, answer))
        .compose(hints::map)
        .onSuccess(_ -> appended(session, batch.status()))
        .onSuccess(_ -> audit.tell(session, batch.entries()))
        .onFailure(_ -> owned.doubt(session));
  }

  /**
   * What is noted of the batch elsewhere. A connection may break between a hint and its append, and
   * the append go by the next one: then it fails too, and whoever tries it again gives both again.
   */
  private Future<?> hints(SessionId session, Batch batch) {
    Future<Void> nothing = Future.succeededFuture();
    var entries = batch.entries();
    return Future.all(
        batch.head() == 0 ? index.add(session, firstAt(entries)) : nothing,
        inbox.note(session, entries),
        batch.status().busy() ? owned.add(session, batch.owner()) : nothing,
        outbox.note(session, entries),
        audit.note(session, entries));
  }

  private void appended(SessionId session, Status status) {
    if (!status.busy()) {
      owned.remove(session);
    }
  }

  private static Appended appended(SessionId session, @Nullable Response answer) {
    var verdict = Verdict.of(answer).accepted(session);
    var listeners = verdict.rest();
    return new Appended(
        verdict.detail(), listeners.isEmpty() ? List.of() : List.of(listeners.split(" ")));
  }

  @Override
  public Future<Appended> add(SessionId session, Facts facts) {
    var entries = facts.entries();
    var batch =
        new Batch(
            facts.name(), 0, facts.head(), facts.tag(), entries, facts.status(), facts.meta());
    var noted = Future.all(outbox.note(session, entries), audit.note(session, entries));
    return pipes
        .run(session.root(), appending(session, batch, FROM_OUTSIDE))
        .map(answer -> appended(session, answer))
        .compose(noted::map)
        .onSuccess(_ -> audit.tell(session, entries));
  }

  private ScriptCall appending(SessionId session, Batch batch, String epoch) {
    var keys = new Keys(session);
    var entries = batch.entries().stream().map(codec::encode).toList();
    var blobs = entries.stream().flatMap(entry -> entry.blobs().stream()).toList();
    var call = new ScriptCall(Scripts.APPEND).keys(keys.log(), keys.meta());
    blobs.forEach(blob -> call.keys(keys.blob(blob.digest()), keys.referrers(blob.digest())));
    call.arg(session.id()).arg(batch.owner()).arg(agent(batch)).arg(Meta.name(batch.status()));
    call.arg(epoch).arg(batch.head());
    call.arg(firstAt(batch.entries())).arg(lastAt(batch.entries()));
    call.arg(batch.tag()).arg(lastTag(batch));
    call.arg(entries.size()).arg(batch.meta().size());
    entries.forEach(entry -> call.arg(entry.json()));
    batch.meta().forEach((name, value) -> call.arg(Meta.own(name)).arg(value));
    blobs.forEach(blob -> call.arg(blob.bytes()));
    return call;
  }

  /** The agent that a new session is made for. */
  private static String agent(Batch batch) {
    for (var entry : batch.entries()) {
      if (entry.event() instanceof Event.Opened opened) {
        return opened.agent();
      }
    }
    return "";
  }

  private static int lastTag(Batch batch) {
    return batch.entries().isEmpty() ? batch.tag() : batch.entries().getLast().tag();
  }

  private static long firstAt(List<Entry> entries) {
    return entries.isEmpty() ? 0 : entries.getFirst().at();
  }

  private static long lastAt(List<Entry> entries) {
    return entries.isEmpty() ? 0 : entries.getLast().at();
  }

  @Override
  public Future<@Nullable Record> find(SessionId session) {
    return records.find(session);
  }

  @Override
  public Future<@Nullable Long> own(Record record, String owner) {
    var session = record.id();
    owned.doubt(session);
    Future<Void> noted =
        record.status().busy() ? owned.add(session, owner) : Future.succeededFuture();
    var call = new ScriptCall(Scripts.OWN).keys(new Keys(session).meta());
    return pipes
        .run(session.root(), call.arg(owner).arg(record.epoch()).arg(record.head()))
        .map(Verdict::of)
        .map(verdict -> verdict.taken() ? epoch(verdict.accepted(session)) : null)
        .compose(epoch -> noted.map(epoch))
        .onComplete(
            got -> {
              if (got.result() == null) {
                owned.doubt(session);
              }
            });
  }

  @Override
  public Future<Void> release(SessionId session, long epoch) {
    owned.remove(session);
    var call = new ScriptCall(Scripts.RELEASE).keys(new Keys(session).meta()).arg(epoch);
    return pipes.run(session.root(), call).mapEmpty();
  }

  @Override
  public Future<Map<SessionId, Long>> heads(List<SessionId> sessions) {
    return records.heads(sessions);
  }

  @Override
  public Future<@Nullable Record> listen(SessionId session, String replica, long ms) {
    var call = new ScriptCall(Scripts.LISTEN).keys(new Keys(session).meta());
    // In order on one connection: the record is read after the listener was noted.
    var noted = pipes.run(session.root(), call.arg(replica).arg(ms));
    return Future.all(noted, records.find(session)).map(both -> both.resultAt(1));
  }

  @Override
  public Future<Void> replicated(SessionId session, int replicas) {
    if (replicas == 0) {
      return Future.succeededFuture();
    }
    var wait = Request.cmd(Command.WAIT).arg(replicas).arg(REPLICATION_MS);
    return pipes
        .send(session.root(), wait)
        .compose(
            reached ->
                reached != null && reached.toInteger() >= replicas
                    ? Future.succeededFuture()
                    : Future.failedFuture(
                        new Unavailable(
                            "%s of %d replicas of Redis have what was written"
                                .formatted(reached, replicas),
                            null)));
  }

  private static Long epoch(Verdict verdict) {
    return Long.valueOf(verdict.detail());
  }

  @Override
  public Future<List<Entry>> read(SessionId session, long after, int maxBytes) {
    return reader.read(session, after, maxBytes);
  }

  @Override
  public Future<@Nullable RunState> snapshot(SessionId session) {
    return snapshots.find(session);
  }

  @Override
  public Future<Void> keepSnapshot(SessionId session, RunState state) {
    return snapshots.keep(session, state);
  }

  @Override
  public Future<@Nullable Buffer> blob(SessionId session, String digest) {
    return Blob.isDigest(digest)
        ? pipes
            .send(session.root(), Request.cmd(Command.GET).arg(new Keys(session).blob(digest)))
            .map(answer -> answer == null ? null : answer.toBuffer())
        : Future.succeededFuture();
  }

  @Override
  public Future<Void> fork(SessionId from, long at, SessionId to, Entry forked, String agent) {
    checkFork(from, at, to, forked);
    var noted = index.add(to, forked.at());
    var call = forking(from, at, to, forked, agent);
    return Steps.all(pipes, from, call)
        .compose(_ -> noted.recover(_ -> index.add(to, forked.at())));
  }

  private static void checkFork(SessionId from, long at, SessionId to, Entry forked) {
    if (!from.tenant().equals(to.tenant()) || !from.root().equals(to.root())) {
      throw new IllegalArgumentException(to + " is not of the family of " + from);
    }
    if (forked.seq() != at + 1) {
      throw new IllegalArgumentException(
          "the entry after the copied ones is " + (at + 1) + ", was " + forked.seq());
    }
  }

  private ScriptCall forking(SessionId from, long at, SessionId to, Entry forked, String agent) {
    var old = new Keys(from);
    var made = new Keys(to);
    return new ScriptCall(Scripts.FORK)
        .keys(old.log(), old.meta(), made.log(), made.meta())
        .arg(old.blobs())
        .arg(from.id())
        .arg(to.id())
        .arg(at)
        .arg(codec.encode(forked).json())
        .arg(forked.at())
        .arg("")
        .arg(agent)
        .arg(Steps.CHUNK);
  }

  @Override
  public Future<Boolean> delete(SessionId session) {
    return deletion.run(session);
  }

  @Override
  public Future<Listing> list(String tenant, Filter filter, @Nullable String cursor, int limit) {
    return index.list(tenant, filter, cursor, limit);
  }

  @Override
  public Future<Listing> waiting(String tenant, @Nullable String cursor, int limit) {
    return inbox.list(tenant, cursor, limit);
  }

  @Override
  public Future<Void> setAlarm(SessionId session, long at) {
    return alarms.set(session, at);
  }

  @Override
  public Future<List<Due>> dueAlarms(long now, int limit) {
    return alarms.due(now, limit);
  }

  @Override
  public Future<Void> settleAlarm(Due due, long next) {
    return alarms.settle(due, next);
  }

  @Override
  public Future<Void> ping() {
    var write = Request.cmd(Command.SET).arg(Keys.PING).arg("1").arg("PX").arg(60_000);
    return pipes.send(Keys.PING, write).mapEmpty();
  }

  /** The same sessions as documents. */
  public Archive archive() {
    return archive;
  }

  /** The same sessions by their age. */
  public Retention.Store shelf() {
    return shelf;
  }
}
