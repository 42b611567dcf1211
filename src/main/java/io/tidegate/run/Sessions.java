package io.tidegate.run;

import io.tidegate.conversation.Json;
import io.tidegate.loop.Entry;
import io.tidegate.loop.Event;
import io.tidegate.loop.Limits;
import io.tidegate.loop.RunState;
import io.tidegate.loop.Stop;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that the outside can ask of sessions and their runs. What can't be done fails with a {@link
 * Rejection}. Futures complete on the caller's context.
 */
public interface Sessions {

  /**
   * Starts a run, in a new session or a known one. The future completes when the run is in the
   * journal.
   */
  Future<Started> start(Start start);

  /**
   * What a run is to be.
   *
   * @param session the session, or null for a new one
   * @param agent the agent; for a known session it may be null, and is then the session's
   * @param input what the user says
   * @param metadata a JSON object that the caller gets back
   * @param onBusy what happens if the session has a run under way
   * @param idempotencyKey the same start with the same key is one run, or null
   * @param by who asks
   * @param priority from 0 to 9, the highest first, where runs wait for room
   * @param hook whom to tell of the run, or null
   * @param caller what the client said about the trace that it is in, or null
   */
  record Start(
      String tenant,
      @Nullable String session,
      @Nullable String agent,
      String input,
      Limits.Change limits,
      Json metadata,
      OnBusy onBusy,
      @Nullable String idempotencyKey,
      String by,
      int priority,
      Event.@Nullable Hook hook,
      Tracing.@Nullable Caller caller) {
    /** A run whose client says nothing about a trace. */
    public Start(
        String tenant,
        @Nullable String session,
        @Nullable String agent,
        String input,
        Limits.Change limits,
        Json metadata,
        OnBusy onBusy,
        @Nullable String idempotencyKey,
        String by,
        int priority,
        Event.@Nullable Hook hook) {
      this(
          tenant,
          session,
          agent,
          input,
          limits,
          metadata,
          onBusy,
          idempotencyKey,
          by,
          priority,
          hook,
          null);
    }
  }

  /** What to do with a run for a session that has one under way. */
  enum OnBusy {
    REJECT,
    ENQUEUE,
    INTERRUPT
  }

  /**
   * A run that was accepted.
   *
   * @param after the seq before the run's first entry: where a stream of the run begins
   * @param queued whether it waits for the session's run to end
   * @param repeated whether the same request had been accepted before
   * @param generation which log of the session it is in, see {@link RunState#generation}
   */
  record Started(
      SessionId session,
      String run,
      long after,
      boolean queued,
      boolean repeated,
      long generation) {}

  /** Makes a session without a run. */
  Future<SessionId> create(
      String tenant,
      @Nullable String id,
      String agent,
      @Nullable Json state,
      Json metadata,
      String by);

  /** The session as it is now, or as it was right after an entry; at is a seq, or 0 for now. */
  Future<View> view(SessionId session, long at);

  /** A session's record, and the state that its journal folds to. */
  record View(Journal.Record record, RunState state) {}

  /** How a run stands. */
  Future<RunView> run(SessionId session, String run);

  /**
   * How a run stands.
   *
   * @param status {@code queued, running, suspended} or {@code stopped}
   * @param stop where it came to rest, or null while it runs or waits in the queue
   */
  record RunView(SessionId session, String run, String agent, String status, @Nullable Stop stop) {}

  /** Ends a run; a run that is over is left alone. */
  Future<Void> cancel(SessionId session, String run, String detail, String by);

  /** Lets a suspended run go on, with other limits or another state object if they are given. */
  Future<Void> resume(
      SessionId session,
      String run,
      Limits.Change limits,
      @Nullable Json state,
      String note,
      String by);

  /**
   * Changes the state object by a JSON Merge Patch (RFC 7396) while no run is under way.
   *
   * @param expected the seq of the last entry that the caller saw, or 0 for any
   */
  Future<Corrected> patchState(SessionId session, Json patch, long expected, String by);

  /** The new state object, and the seq of the entry that says so. */
  record Corrected(Json state, long head) {}

  /**
   * Approves or denies one call, once. Edited arguments are checked again. An approval is of these
   * arguments and this contract: it is refused if either is another by now.
   */
  Future<Void> decide(SessionId session, String call, Decision decision);

  /**
   * What a person says about a call that waits for an approval.
   *
   * @param args the arguments in place of the model's, or null
   * @param digest the digest of what the person saw, or null if it was not looked at
   */
  record Decision(
      boolean approved, @Nullable Json args, @Nullable String digest, String note, String by) {}

  /** Answers what a call asks people, once; the answer follows the question's schema. */
  Future<Void> answer(SessionId session, String call, Json answer, String by);

  /** Says what became of a call whose outcome is unknown, once. */
  Future<Void> settle(
      SessionId session,
      String call,
      Event.Resolution resolution,
      @Nullable Json result,
      String note,
      String by);

  /** Makes a session from a prefix of another's journal; at is a seq, or 0 for all of it. */
  Future<SessionId> fork(SessionId session, long at, String by);

  /** Deletes a session that has no run under way. */
  Future<Void> delete(SessionId session);

  /**
   * Tells the listener from now on what happens in the session in this process, on the run's
   * context. The caller reads what was before from the journal; as entries carry their seq and
   * deltas their offset, it can tell gaps and repeats.
   */
  Following follow(SessionId session, RunListener listener);

  /** A listener's place. */
  interface Following {
    void close();
  }

  /**
   * The entries after a seq, if this process drives the session and still has them all; otherwise
   * null: they are in the journal.
   */
  Future<@Nullable List<Entry>> recent(SessionId session, long after);

  /** The reply that is being streamed in this process, or null. */
  Future<@Nullable Partial> partial(SessionId session);

  /**
   * An unfinished reply: all text and reasoning so far.
   *
   * @param after the last seq of which the run knows that it is in the journal; as in a delta, it
   *     grows while the reply goes on
   */
  record Partial(String run, int turn, int attempt, long after, String text, String reasoning) {}
}
