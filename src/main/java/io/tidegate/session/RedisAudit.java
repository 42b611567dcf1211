package io.tidegate.session;

import io.tidegate.loop.Entry;
import io.tidegate.run.Audit;
import io.tidegate.run.Deeds;
import io.tidegate.run.Journal.Refused;
import io.tidegate.run.Rejection;
import io.tidegate.run.SessionId;
import io.tidegate.session.redis.RedisPipes;
import io.tidegate.session.redis.ScriptCall;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The deeds of each tenant, by their time. Before something is done that is to be told of, a note
 * says so; afterwards the deed is kept and the note dropped in one step. A note that stays belongs
 * to somebody who died: what it is about is looked up and told. A deed is kept once however often
 * it is told.
 */
final class RedisAudit implements Audit {
  /** Notes that are older are nobody's any more: an append is given up after five seconds. */
  static final long ORPHANED_MS = 15_000;

  /** Notes that are looked at together. */
  private static final int MOST_NOTES = 200;

  private static final int PAGE_BYTES = 1 << 20;

  private final RedisPipes pipes;
  private final Records records;
  private final LogReader reader;
  private final Tenants tenants;
  private final LongSupplier now;

  RedisAudit(
      RedisPipes pipes, Records records, LogReader reader, Tenants tenants, LongSupplier now) {
    this.pipes = pipes;
    this.records = records;
    this.reader = reader;
    this.tenants = tenants;
    this.now = now;
  }

  /** Notes that entries are about to be appended, if there is a deed among them. */
  Future<Void> note(SessionId session, List<Entry> entries) {
    return any(entries)
        ? note(session.root(), session.tenant(), DeedNote.of(session, entries))
        : Future.succeededFuture();
  }

  private static boolean any(List<Entry> entries) {
    return entries.stream().anyMatch(entry -> Deeds.isDeed(entry.event()));
  }

  private Future<Void> note(String route, String tenant, DeedNote note) {
    var add = Request.cmd(Command.ZADD).arg(Keys.auditNotes(tenant)).arg(now.getAsLong());
    return pipes.send(route, add.arg(note.text())).mapEmpty();
  }

  /** Tells of entries that are in the journal now; what is not told so is told by the sweep. */
  void tell(SessionId session, List<Entry> entries) {
    if (any(entries)) {
      var call = keeping(session.tenant(), DeedNote.of(session, entries), deeds(session, entries));
      pipes.run(session.root(), call).onFailure(_ -> {});
    }
  }

  private static List<Deed> deeds(SessionId session, List<Entry> entries) {
    return entries.stream()
        .map(entry -> Deeds.of(session, entry))
        .filter(Objects::nonNull)
        .toList();
  }

  private Future<Void> keep(String tenant, DeedNote note, List<Deed> deeds) {
    return pipes.run(Keys.audit(tenant), keeping(tenant, note, deeds)).mapEmpty();
  }

  private static ScriptCall keeping(String tenant, DeedNote note, List<Deed> deeds) {
    var call = new ScriptCall(Scripts.AUDIT).keys(Keys.audit(tenant), Keys.auditNotes(tenant));
    call.arg(note.text());
    deeds.forEach(deed -> call.arg(deed.at()).arg(DeedFormat.write(deed)));
    return call;
  }

  @Override
  public <T> Future<T> during(
      String tenant, Deed deed, Supplier<Future<T>> doing, Function<T, Deed> told) {
    tenants.note(tenant);
    var note = new DeedNote.Alone(deed);
    return before(tenant, deed)
        .compose(_ -> note(Keys.audit(tenant), tenant, note))
        .compose(_ -> doing.get())
        .compose(
            done -> keep(tenant, note, List.of(told.apply(done))).map(done).otherwise(done),
            failed -> failed(tenant, note, failed));
  }

  /** Whoever was refused did nothing; of other failures nobody knows what they left. */
  private <T> Future<T> failed(String tenant, DeedNote note, Throwable why) {
    Future<T> failed = Future.failedFuture(why);
    return why instanceof Rejection || why instanceof Refused
        ? keep(tenant, note, List.of()).transform(_ -> failed)
        : failed;
  }

  /** What a log still has to tell is told before the log goes. */
  private Future<Void> before(String tenant, Deed deed) {
    if (deed.action() != Action.SESSION_DELETE) {
      return Future.succeededFuture();
    }
    return notes(tenant, "+inf")
        .compose(
            notes ->
                each(
                    notes.stream().filter(note -> note.about(deed.session())).toList(),
                    note -> settle(tenant, note)));
  }

  /** Tells what orphaned notes are about, and forgets deeds that were kept long enough. */
  Future<Void> sweep(String tenant, @Nullable Long keptMs) {
    long time = now.getAsLong();
    return notes(tenant, Long.toString(time - ORPHANED_MS))
        .compose(notes -> each(notes, note -> settle(tenant, note)))
        .compose(_ -> keptMs == null ? Future.succeededFuture() : forget(tenant, time - keptMs));
  }

  private Future<Void> forget(String tenant, long before) {
    var old =
        Request.cmd(Command.ZREMRANGEBYSCORE).arg(Keys.audit(tenant)).arg("-inf").arg("(" + before);
    return pipes.send(Keys.audit(tenant), old).mapEmpty();
  }

  private Future<List<DeedNote>> notes(String tenant, String upTo) {
    var range =
        Request.cmd(Command.ZRANGE)
            .arg(Keys.auditNotes(tenant))
            .arg("-inf")
            .arg(upTo)
            .arg("BYSCORE")
            .arg("LIMIT")
            .arg(0)
            .arg(MOST_NOTES);
    return pipes.send(Keys.audit(tenant), range).map(RedisAudit::parsed);
  }

  private static List<DeedNote> parsed(@Nullable Response found) {
    var notes = new ArrayList<DeedNote>();
    if (found != null) {
      found.forEach(note -> notes.add(DeedNote.parse(note.toString())));
    }
    return notes;
  }

  private interface Step {
    Future<Void> take(DeedNote note);
  }

  private static Future<Void> each(List<DeedNote> notes, Step step) {
    return Future.join(notes.stream().map(step::take).toList()).mapEmpty();
  }

  private Future<Void> settle(String tenant, DeedNote note) {
    return switch (note) {
      case DeedNote.InLog log -> {
        var session = new SessionId(tenant, log.session());
        yield read(session, log.after(), log.after() + log.count(), new ArrayList<>())
            .compose(deeds -> keep(tenant, note, deeds));
      }
      case DeedNote.Alone(var deed) -> whetherDone(tenant, deed, note);
    };
  }

  /** A session that is there was not deleted; of other deeds nobody knows. */
  private Future<Void> whetherDone(String tenant, Deed deed, DeedNote note) {
    if (deed.action() != Action.SESSION_DELETE) {
      return keep(tenant, note, List.of(deed.with("outcome", "unknown")));
    }
    return records
        .find(new SessionId(tenant, deed.session()))
        .compose(found -> keep(tenant, note, found == null ? List.of(deed) : List.of()));
  }

  private Future<List<Deed>> read(SessionId session, long after, long last, List<Deed> found) {
    return reader
        .read(session, after, PAGE_BYTES)
        .compose(
            entries -> {
              found.addAll(
                  deeds(session, entries.stream().filter(entry -> entry.seq() <= last).toList()));
              boolean over = entries.isEmpty() || entries.getLast().seq() >= last;
              return over
                  ? Future.succeededFuture(found)
                  : read(session, entries.getLast().seq(), last, found);
            });
  }

  @Override
  public Future<Page> list(String tenant, Filter filter, @Nullable String cursor, int limit) {
    var from = cursor == null ? Cursor.START : Cursor.parse(cursor);
    var first = filter.to() == null ? from : from.notAfter(filter.to());
    return new DeedScan(pipes, tenant, filter, limit, first).run();
  }
}
