package io.tidegate.run;

import io.tidegate.conversation.ModelFailure;
import io.tidegate.conversation.Usage;
import io.tidegate.loop.Entry;
import io.tidegate.loop.Pin;
import io.tidegate.loop.RunState;
import io.tidegate.loop.Trace;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Hears what runs do, on each run's own context; it must not block. */
public interface RunListener {

  /** One that tells several, in order; that one of them throws harms no other. */
  static RunListener all(RunListener... listeners) {
    return new Listeners(List.of(listeners));
  }

  /** Entries that are in the journal now, and the state after them. */
  default void recorded(SessionId session, List<Entry> entries, RunState state) {}

  /**
   * Entries in the journal that another process has appended and told its listeners of: who counts
   * does not count them again.
   */
  default void heard(SessionId session, List<Entry> entries) {}

  /** A piece of a reply that is not in the journal. */
  default void delta(SessionId session, Delta delta) {}

  /** A model call is over. */
  default void modelAnswered(Answered answered) {}

  /**
   * How a model call went.
   *
   * @param target who gave the reply, or else who was asked
   * @param firstChunkNanos from the question to the first piece of the reply, or -1 if there was
   *     none
   * @param nanos from the question to the end
   * @param usage the tokens that the target counted, or null if it did not say
   * @param failure why there is no reply, or null
   * @param trace where the question stands in a trace, or null
   */
  record Answered(
      Pin pin,
      Pin.Target target,
      long firstChunkNanos,
      long nanos,
      @Nullable Usage usage,
      @Nullable ModelFailure failure,
      @Nullable Trace trace) {}

  /**
   * Something waited that long, in milliseconds, and waits no more. May be told twice in rare
   * cases, when others were first in the journal.
   */
  default void waited(Wait what, long ms) {}

  /** What may wait. */
  enum Wait {
    /** A run, for its session or for room. */
    RUN,
    /** A call, for somebody to decide, or for the time in which nobody did. */
    APPROVAL,
    /** A call, for somebody to answer. */
    INPUT
  }

  /** Something happened to what a call may cost. */
  default void budget(BudgetNotice notice) {}

  /** An append took that long. */
  default void appended(int entries, long nanos) {}

  /** Others took this process for dead, and so many sessions with it that it was driving. */
  default void leaseLost(int sessions) {}

  /** Sessions were taken over from a process that died or left. */
  default void takenOver(int sessions) {}

  /**
   * A piece of text or reasoning.
   *
   * @param reasoning whether it is what the model thinks rather than says
   * @param after the last seq that was in the journal when it came
   * @param offset characters of the same kind before it in this attempt
   */
  record Delta(
      boolean reasoning, String run, int turn, int attempt, long after, int offset, String text) {}
}
