package io.tidegate.http;

import io.tidegate.run.Journal;
import io.tidegate.run.SessionId;
import io.tidegate.run.Sessions;
import io.tidegate.stream.Sse;

/**
 * Where a client begins to see a session.
 *
 * @param after the last seq that it has
 * @param generation which log of the session that is
 */
record Place(SessionId session, long after, long generation) {

  static Place of(Sessions.Started started) {
    return new Place(started.session(), started.after(), started.generation());
  }

  /** After a seq of the log as it is. */
  static Place of(Journal.Record found, long after) {
    return new Place(found.id(), Math.min(after, found.head()), found.generation());
  }

  /**
   * After what the client had of a log: the store may have lost entries of it since, and others
   * stand in their place.
   */
  static Place of(Journal.Record found, Sse.Position had) {
    return new Place(found.id(), found.kept(had.generation(), had.seq()), found.generation());
  }
}
