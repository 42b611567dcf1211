package io.tidegate.run;

import io.vertx.core.Future;
import java.util.List;

/**
 * What is still to be told to webhooks. The journal holds what to tell; this holds how far each
 * hook of each session has come. Which sessions to look at is a hint, written before the append
 * that brings something to tell, so that it outlives whoever appended.
 */
public interface Outbox {
  /** What the names of hooks begin with that came with a run; the run's id follows. */
  String OF_RUN = "run:";

  /**
   * The field of {@link Journal.Record#meta} that says that a run came with a hook; its value is a
   * seq before the run's first entry, a space and the hook's URL.
   */
  static String field(String run) {
    return "hook:" + run;
  }

  /**
   * Takes up to {@code limit} sessions that are to be looked at by now, in milliseconds since 1970.
   * They are named again half a minute later, for the case that their taker dies, until {@link
   * #look} or {@link #settled} says otherwise.
   */
  Future<List<Due>> due(long now, int limit);

  /** A session to look at, and what {@link #settled} knows it by. */
  record Due(SessionId session, long seen) {}

  /**
   * Wants the session to be looked at by that time at the latest.
   *
   * @param seen the look that this one follows, which it may put off; 0 if it follows none
   */
  Future<Void> look(SessionId session, long at, long seen);

  /** There is nothing to tell of the session, unless it was noted again since. */
  Future<Void> settled(Due due);

  /**
   * Makes the claimant the only one to deliver to a hook of a session until a time, if there is
   * something after its place.
   *
   * @param hook the hook's name, without spaces
   * @param after where a hook begins that has no place yet: a seq. A forked session's begin after
   *     what was copied at the earliest
   */
  Future<Claim> claim(
      SessionId session, String hook, String claimant, long now, long until, long after);

  /** What came of a claim. */
  sealed interface Claim {
    /**
     * It is the claimant's.
     *
     * @param fresh whether the hook had no place in the session before
     */
    record Held(Progress progress, boolean fresh) implements Claim {}

    /** It is to be left alone until that time, in milliseconds since 1970. */
    record Later(long at) implements Claim {}

    /** There is nothing to deliver. */
    record Nothing() implements Claim {}
  }

  /**
   * How far a hook has come in a session.
   *
   * @param seq the last entry that it is done with
   * @param tries how often the delivery after it has failed
   * @param due when it is tried again, in milliseconds since 1970
   * @param open the seqs of the entries with which the runs began that were not over at {@code seq}
   */
  record Progress(long seq, int tries, long due, List<Long> open) {
    public Progress {
      open = List.copyOf(open);
    }
  }

  /**
   * Notes how far the claimant came, and holds the claim until a time; 0 gives it up.
   *
   * @return false if the claim is not the claimant's any more, or the session is gone: nothing was
   *     noted
   */
  Future<Boolean> save(
      SessionId session, String hook, String claimant, Progress progress, long until);

  /** The hook wants to hear nothing more of the session. */
  Future<Void> close(SessionId session, String hook, String claimant);
}
