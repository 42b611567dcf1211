package io.tidegate.http;

import io.tidegate.loop.Entry;
import io.tidegate.run.Journal;
import io.tidegate.run.Rejection;
import io.tidegate.run.SessionId;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What endpoints read from the journal: there, or a {@link Problem}. */
final class Records {
  private final Journal journal;

  Records(Journal journal) {
    this.journal = journal;
  }

  Future<Journal.Record> find(SessionId session) {
    return available(journal.find(session))
        .compose(
            found ->
                found == null
                    ? Future.failedFuture(
                        Problem.notFound("There is no session '" + session.id() + "'."))
                    : Future.succeededFuture(found));
  }

  Future<Buffer> blob(SessionId session, String digest) {
    return available(journal.blob(session, digest))
        .compose(
            found ->
                found == null
                    ? Future.failedFuture(
                        Problem.notFound("There is no such blob in '" + session.id() + "'."))
                    : Future.succeededFuture(found));
  }

  Future<List<Entry>> read(SessionId session, long after, int maxBytes) {
    return available(journal.read(session, after, maxBytes));
  }

  Future<Journal.Listing> list(
      Caller caller, Journal.Filter filter, @Nullable String cursor, int limit) {
    try {
      return available(journal.list(caller.tenant(), filter, cursor, limit));
    } catch (IllegalArgumentException e) {
      return Future.failedFuture(badCursor(e));
    }
  }

  Future<Journal.Listing> waiting(Caller caller, @Nullable String cursor, int limit) {
    try {
      return available(journal.waiting(caller.tenant(), cursor, limit));
    } catch (IllegalArgumentException e) {
      return Future.failedFuture(badCursor(e));
    }
  }

  private static <T extends @Nullable Object> Future<T> available(Future<T> answer) {
    return answer.recover(cause -> Future.failedFuture(problem(cause)));
  }

  private static Throwable problem(Throwable cause) {
    return switch (cause) {
      case Rejection rejection -> rejection;
      case IllegalArgumentException e -> badCursor(e);
      case Journal.Refused refused when refused.why() == Journal.Refused.Why.GONE ->
          Problem.notFound("There is no such session any more.");
      default -> new JournalFailed(cause);
    };
  }

  /** Only a cursor can be wrong in what the journal is asked here. */
  private static Problem badCursor(IllegalArgumentException e) {
    return Problem.malformed("?cursor is none that this list gave: " + e.getMessage());
  }

  /** The journal did not answer. */
  static final class JournalFailed extends RuntimeException {
    private static final long serialVersionUID = 1;

    JournalFailed(Throwable cause) {
      super("the journal did not answer", cause);
    }
  }
}
