package io.tidegate.run;

import io.tidegate.loop.Event;
import io.tidegate.loop.RunState;
import io.vertx.core.Future;

/**
 * A session as those see it who act on it: its state, and a pen. The one who holds it may be the
 * process that drives the session, or one that leaves facts for it.
 */
interface SessionWriter {
  SessionId id();

  /** The state with all that was recorded so far. */
  RunState state();

  Deliberation deliberation();

  /**
   * Puts an event into the state and into the journal.
   *
   * @return completes when the event is in the journal
   */
  Future<Void> record(String run, Event event);

  /** Completes when all that was recorded is in the journal. */
  Future<Void> written();

  /** Sets a field of the session's record together with what is recorded. */
  void meta(String field, String value);
}
