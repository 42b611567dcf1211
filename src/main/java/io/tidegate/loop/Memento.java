package io.tidegate.loop;

import io.tidegate.conversation.Finish;
import io.tidegate.conversation.Json;
import io.tidegate.conversation.Message;
import io.tidegate.conversation.Usage;
import io.tidegate.conversation.Usd;
import io.tidegate.loop.Event.OutputChecked;
import io.tidegate.loop.RunState.Phase;
import io.tidegate.loop.RunState.Waiting;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that a {@link RunState} is made of, for whoever keeps it: {@link #restore} gives a state that
 * no entry can tell from the one it was taken of. It is worth something only to the fold that made
 * it, see {@link #FOLD}.
 *
 * @param head the seq of the last entry
 * @param at when that was written, in milliseconds since 1970
 * @param tag the tag of that entry, or 0 if it is not known
 * @param agent the agent of the session
 * @param transcript what was said, in all runs
 * @param data the explicit state object
 * @param queue runs that wait
 * @param rewinds how often the store lost the log's end
 * @param run the run under way, or the last one
 */
public record Memento(
    long head,
    long at,
    int tag,
    String agent,
    List<Message> transcript,
    Json data,
    List<Waiting> queue,
    int rewinds,
    Run run) {
  /** The version of the fold: states of another one are to be folded anew. */
  public static final int FOLD = Fold.VERSION;

  /**
   * A run.
   *
   * @param id its id, empty before the first
   * @param pin what it goes by, or null before the first
   * @param principal who asked for it
   * @param input what it was asked
   * @param trace where it stands in a trace, or null
   * @param turn the turn it is in
   * @param figures what it has come to
   * @param toolCallsRefused whether the model was told that it may make no more tool calls
   * @param toolCallsUsedUp whether it made none but refused ones since
   * @param repetition its circles
   * @param failures its tool calls that failed in a row
   * @param badAnswers what its tools last answered
   * @param fellBack that it fell back, or null if it did not
   * @param spending what is known of what it may spend
   * @param cutBy why the reply before the turn was cut off, or null if it was not
   * @param outputTries final answers that were checked
   * @param output what the last check found, or null
   * @param ending why it is to end, or null
   * @param stop where it came to rest, or null
   */
  public record Run(
      Phase phase,
      String id,
      @Nullable Pin pin,
      String principal,
      String input,
      @Nullable Trace trace,
      Turn turn,
      Figures figures,
      boolean toolCallsRefused,
      boolean toolCallsUsedUp,
      Repetition repetition,
      Failures failures,
      BadAnswers badAnswers,
      Fallback.@Nullable Used fellBack,
      Spending spending,
      @Nullable Finish cutBy,
      int outputTries,
      @Nullable OutputChecked output,
      @Nullable Event ending,
      @Nullable Stop stop) {}

  /** What a run has come to; times are in milliseconds, {@code activeSince} since 1970. */
  public record Figures(
      int steps,
      int toolCalls,
      int ordinals,
      Usage usage,
      Usd cost,
      long activeMs,
      long activeSince) {}

  /** What the state is made of. */
  public static Memento of(RunState state) {
    return new Memento(
        state.head,
        state.at,
        state.tag,
        state.agent,
        state.transcript,
        state.data,
        state.queue,
        state.rewinds,
        run(state));
  }

  private static Run run(RunState state) {
    return new Run(
        state.phase,
        state.run,
        state.pin,
        state.principal,
        state.input,
        state.trace,
        state.turn,
        figures(state),
        state.toolCallsRefused,
        state.toolCallsUsedUp,
        state.repetition,
        state.failures,
        state.badAnswers,
        state.fellBack,
        state.spending,
        state.cutBy,
        state.outputTries,
        state.output,
        state.ending,
        state.stop);
  }

  private static Figures figures(RunState state) {
    return new Figures(
        state.steps,
        state.toolCalls,
        state.ordinals,
        state.usage,
        state.cost,
        state.activeMs,
        state.activeSince);
  }

  /** The state that is made of this. */
  public RunState restore() {
    var state = RunState.fresh();
    state.head = head;
    state.at = at;
    state.tag = tag;
    state.agent = agent;
    state.transcript = Collections.unmodifiableList(transcript);
    state.data = data;
    state.queue = List.copyOf(queue);
    state.rewinds = rewinds;
    restoreRun(state);
    restoreFigures(state);
    return state;
  }

  private void restoreRun(RunState state) {
    state.phase = run.phase;
    state.run = run.id;
    state.pin = run.pin;
    state.principal = run.principal;
    state.input = run.input;
    state.trace = run.trace;
    state.turn = run.turn;
    state.toolCallsRefused = run.toolCallsRefused;
    state.toolCallsUsedUp = run.toolCallsUsedUp;
    state.repetition = run.repetition;
    state.failures = run.failures;
    state.badAnswers = run.badAnswers;
    state.fellBack = run.fellBack;
    state.spending = run.spending;
    state.cutBy = run.cutBy;
    state.outputTries = run.outputTries;
    state.output = run.output;
    state.ending = run.ending;
    state.stop = run.stop;
  }

  private void restoreFigures(RunState state) {
    state.steps = run.figures.steps;
    state.toolCalls = run.figures.toolCalls;
    state.ordinals = run.figures.ordinals;
    state.usage = run.figures.usage;
    state.cost = run.figures.cost;
    state.activeMs = run.figures.activeMs;
    state.activeSince = run.figures.activeSince;
  }
}
