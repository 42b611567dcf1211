package io.tidegate.run;

import io.tidegate.loop.Entry;
import io.tidegate.loop.Event;
import io.tidegate.loop.LoopException;
import io.tidegate.loop.RunState;
import io.tidegate.run.Archive.Stored;
import io.tidegate.run.Rejection.Kind;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Carries sessions out of the journal and into it, as documents. */
public final class Documents {
  /** A document may be large, and is in memory as a whole while it is read. */
  static final int IMPORTS_AT_ONCE = 2;

  private final Vertx vertx;
  private final Archive archive;
  private final Time time;
  private final Ids ids;
  private final Semaphore places = new Semaphore(IMPORTS_AT_ONCE);

  public Documents(Vertx vertx, Archive archive, Time time, Ids ids) {
    this.vertx = vertx;
    this.archive = archive;
    this.time = time;
    this.ids = ids;
  }

  /** A page of a session's log, see {@link Archive#stored}. */
  public Future<List<Stored>> page(SessionId session, long after, int maxBytes) {
    return archive.stored(session, after, maxBytes);
  }

  /**
   * Makes a session of a document, under the id that it says or under another. What was in flight
   * where it comes from is not carried over: its last entry says so. Fails with a {@link Rejection}
   * if the document is not right or the name is taken.
   *
   * @param body gets the document; called when there is a place for it
   */
  public Future<SessionId> restore(
      String tenant, @Nullable String id, Supplier<Future<Buffer>> body, String by) {
    if (!places.tryAcquire()) {
      return Future.failedFuture(
          new Rejection(Kind.OVERLOADED, "Other sessions are being imported; try again."));
    }
    return Future.succeededFuture()
        .compose(_ -> body.get())
        .compose(json -> vertx.executeBlocking(() -> read(tenant, id, json, by), false))
        .compose(this::put)
        .onComplete(_ -> places.release());
  }

  /** A session that was read and found to fold. */
  private record Read(SessionId session, List<Entry> entries, String agent) {}

  private Read read(String tenant, @Nullable String id, Buffer json, String by) {
    var document = archive.read(json);
    var session = session(tenant, id == null ? document.id() : id);
    var state = folded(document.entries());
    var entries = new ArrayList<>(document.entries());
    long at = Math.max(time.now(), state.at());
    var carried = new Event.Forked(document.id(), state.head(), by);
    entries.add(new Entry(state.head() + 1, at, "", carried));
    return new Read(session, entries, state.agent());
  }

  private static SessionId session(String tenant, String id) {
    if (!SessionId.valid(id)) {
      throw new Rejection(Kind.INVALID, "The document's session.id can't be the id of a session.");
    }
    return new SessionId(tenant, id);
  }

  private static RunState folded(List<Entry> entries) {
    if (!(entries.getFirst().event() instanceof Event.Opened)) {
      throw new Rejection(Kind.INVALID, "Entry 1 does not open a session.");
    }
    var state = RunState.EMPTY;
    for (var entry : entries) {
      try {
        state = state.after(entry);
      } catch (LoopException | IllegalArgumentException | IllegalStateException flaw) {
        throw new Rejection(
            Kind.INVALID,
            "Entry %d can't follow on those before it: %s"
                .formatted(entry.seq(), flaw.getMessage()));
      }
    }
    return state;
  }

  private Future<SessionId> put(Read read) {
    return archive
        .put(read.session(), read.entries(), read.agent(), ids.session(), time.now())
        .map(read.session());
  }
}
