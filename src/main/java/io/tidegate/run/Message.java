package io.tidegate.run;

import io.tidegate.run.RunListener.Delta;
import io.tidegate.run.Sessions.Partial;
import org.jspecify.annotations.Nullable;

/**
 * What one replica tells another. Every message may get lost: what must not is in the journal, and
 * messages only say where to look.
 */
public sealed interface Message {

  /** To those who listen to a session: its log reaches to that seq. */
  record Grew(SessionId session, long head) implements Message {}

  /** To those who listen to a session: a piece of a reply. */
  record Said(SessionId session, Delta delta) implements Message {}

  /**
   * To a session's owner: somebody else has appended facts up to that seq.
   *
   * @param tag the tag of the last of them, or 0 if it is not known
   */
  record FactsAdded(SessionId session, long head, int tag) implements Message {}

  /** To a session's owner: a replica listens to it from now on. */
  record Listens(SessionId session, String replica) implements Message {}

  /** To a session's owner: what does the reply hold that is being streamed? */
  record PartialWanted(SessionId session, String replica, long ticket) implements Message {}

  /** The answer to {@link PartialWanted}: null if no reply is being streamed. */
  record PartialGiven(long ticket, @Nullable Partial partial) implements Message {}

  /** To everybody: a session waits for a process to drive it. */
  record WorkWaits() implements Message {}
}
