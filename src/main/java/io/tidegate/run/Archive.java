package io.tidegate.run;

import io.tidegate.loop.Entry;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;

/** Sessions as documents: in the form in which the journal stores them, to be carried elsewhere. */
public interface Archive {

  /**
   * Entries after a seq as they are stored, oldest first, up to about that many bytes but at least
   * one; empty at the end.
   */
  Future<List<Stored>> stored(SessionId session, long after, int maxBytes);

  /**
   * An entry as it is stored.
   *
   * @param json a JSON object in UTF-8, without the seq
   * @param blobs the digests of the blobs that it refers to
   */
  record Stored(long seq, Buffer json, List<String> blobs) {
    public Stored {
      blobs = List.copyOf(blobs);
    }
  }

  /**
   * Reads a document whole, on the caller's thread, which is to be a worker: it may be large.
   *
   * @throws Rejection of kind {@code INVALID} that names what is wrong and where
   */
  Document read(Buffer json);

  /**
   * A session that was carried here.
   *
   * @param id what it was called
   * @param entries its log, from seq 1 without gaps, not empty
   */
  record Document(String id, List<Entry> entries) {
    public Document {
      entries = List.copyOf(entries);
    }
  }

  /**
   * Makes a session at rest that has these entries. Nobody sees it before it is whole; if that
   * fails, nothing is left of it, unless the process dies meanwhile: what is left then is deleted
   * like any session.
   *
   * @param token names this attempt, and no other
   * @param at when the session is made, in milliseconds since 1970
   * @return fails with a {@link Rejection} of kind {@code EXISTS} if the name is taken
   */
  Future<Void> put(SessionId session, List<Entry> entries, String agent, String token, long at);
}
