package io.tidegate.session;

import io.tidegate.loop.Entry;
import io.tidegate.loop.Event;
import io.tidegate.run.Journal;
import io.tidegate.run.SessionId;
import io.tidegate.session.codec.Blob;
import io.tidegate.session.codec.EntryCodec;
import io.tidegate.session.redis.PipeSettings;
import io.tidegate.session.redis.RedisPipes;
import io.tidegate.session.redis.ScriptCall;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The journal in Redis. What belongs to a session is changed by one script in one slot, and is the
 * truth; lists that span sessions are hints: written before it, and held against it when they are
 * read.
 */
public final class RedisJournal implements Journal {
  /** Entries that one script copies or deletes: Redis serves nobody else meanwhile. */
  private static final int CHUNK = 500;

  private final RedisPipes pipes;
  private final EntryCodec codec = new EntryCodec();
  private final Records records;
  private final TenantIndex index;
  private final Unfinished unfinished;
  private final Alarms alarms;
  private final LogReader reader;
  private final String owner;

  private RedisJournal(RedisPipes pipes, String owner) {
    this.pipes = pipes;
    this.records = new Records(pipes);
    this.index = new TenantIndex(pipes, records);
    this.unfinished = new Unfinished(pipes, records);
    this.alarms = new Alarms(pipes, records);
    this.reader = new LogReader(pipes, codec);
    this.owner = owner;
  }

  /**
   * The journal in the Redis at a URL; it connects when it is first used.
   *
   * @param owner what names this process in the sessions that it owns
   */
  public static RedisJournal at(Vertx vertx, PipeSettings settings, String owner) {
    return new RedisJournal(new RedisPipes(vertx, settings, Scripts.ALL), owner);
  }

  @Override
  public Future<Void> append(SessionId session, Batch batch) {
    if (batch.head() == 0) {
      index.add(session, firstAt(batch));
    }
    if (busy(batch.status())) {
      unfinished.add(session);
    }
    return pipes
        .run(session.root(), appending(session, batch))
        .<Void>map(answer -> accept(session, answer))
        .onSuccess(_ -> appended(session, batch.status()))
        .onFailure(_ -> unfinished.doubt(session));
  }

  private void appended(SessionId session, Status status) {
    if (!busy(status)) {
      unfinished.remove(session);
    }
  }

  static boolean busy(Status status) {
    return switch (status) {
      case RUNNING, QUEUED -> true;
      case IDLE, SUSPENDED -> false;
    };
  }

  private ScriptCall appending(SessionId session, Batch batch) {
    var keys = new Keys(session);
    var entries = batch.entries().stream().map(codec::encode).toList();
    var blobs = entries.stream().flatMap(entry -> entry.blobs().stream()).toList();
    var call = new ScriptCall(Scripts.APPEND).keys(keys.log(), keys.meta());
    blobs.forEach(blob -> call.keys(keys.blob(blob.digest()), keys.referrers(blob.digest())));
    call.arg(session.id()).arg(owner).arg(agent(batch)).arg(Meta.name(batch.status()));
    call.arg(batch.epoch()).arg(batch.head()).arg(firstAt(batch)).arg(lastAt(batch));
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

  private static long firstAt(Batch batch) {
    return batch.entries().isEmpty() ? 0 : batch.entries().getFirst().at();
  }

  private static long lastAt(Batch batch) {
    return batch.entries().isEmpty() ? 0 : batch.entries().getLast().at();
  }

  private static @Nullable Void accept(SessionId session, @Nullable Response answer) {
    Verdict.of(answer).accepted(session);
    return null;
  }

  @Override
  public Future<@Nullable Record> find(SessionId session) {
    return records.find(session);
  }

  @Override
  public Future<@Nullable Long> own(SessionId session) {
    unfinished.doubt(session);
    return pipes
        .run(session.root(), new ScriptCall(Scripts.OWN).keys(new Keys(session).meta()).arg(owner))
        .map(Verdict::of)
        .map(verdict -> verdict.is(Verdict.GONE) ? null : epoch(verdict.accepted(session)));
  }

  private static Long epoch(Verdict verdict) {
    return Long.valueOf(verdict.detail());
  }

  @Override
  public Future<List<Entry>> read(SessionId session, long after, int maxBytes) {
    return reader.read(session, after, maxBytes);
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
    index.add(to, forked.at());
    var call = forking(from, at, to, forked, agent);
    return repeat(from, call).mapEmpty();
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
        .arg(owner)
        .arg(agent)
        .arg(CHUNK);
  }

  @Override
  public Future<Boolean> delete(SessionId session) {
    var keys = new Keys(session);
    var call =
        new ScriptCall(Scripts.DELETE)
            .keys(keys.log(), keys.meta())
            .arg(keys.blobs())
            .arg(session.id())
            .arg(CHUNK);
    return repeat(session, call)
        .map(true)
        .recover(RedisJournal::falseIfGone)
        .onSuccess(_ -> forget(session));
  }

  private void forget(SessionId session) {
    index.remove(session);
    unfinished.remove(session);
    alarms.set(session, 0);
  }

  private static Future<Boolean> falseIfGone(Throwable failure) {
    return failure instanceof Refused refused && refused.why() == Refused.Why.GONE
        ? Future.succeededFuture(false)
        : Future.failedFuture(failure);
  }

  /** Runs a script as often as it says that there is more to do. */
  private Future<Verdict> repeat(SessionId session, ScriptCall call) {
    return pipes
        .run(session.root(), call)
        .map(answer -> Verdict.of(answer).accepted(session))
        .compose(
            verdict ->
                verdict.is(Verdict.MORE) ? repeat(session, call) : Future.succeededFuture(verdict));
  }

  @Override
  public Future<Listing> list(String tenant, Filter filter, @Nullable String cursor, int limit) {
    return index.list(tenant, filter, cursor, limit);
  }

  @Override
  public Future<List<SessionId>> unfinished() {
    return unfinished.all();
  }

  @Override
  public Future<Void> setAlarm(SessionId session, long at) {
    return alarms.set(session, at);
  }

  @Override
  public Future<List<SessionId>> dueAlarms(long now, int limit) {
    return alarms.due(now, limit);
  }

  @Override
  public Future<Void> ping() {
    var write = Request.cmd(Command.SET).arg(Keys.PING).arg("1").arg("PX").arg(60_000);
    return pipes.send(Keys.PING, write).mapEmpty();
  }

  /** Closes the connections. */
  public Future<Void> close() {
    return pipes.close();
  }
}
