package io.tidegate.loop;

import io.tidegate.loop.Event.CallReturned;
import io.tidegate.loop.RunState.Phase;
import io.tidegate.loop.Turn.Stage;
import java.util.Objects;
import java.util.Optional;

/**
 * What becomes of entries that were in a log, and that the store has lost, when others have
 * appended facts in their place. Unlike what a writer was about to append ({@link Rebase}), what
 * followed from them was done: a reply was paid for, a call was sent. So each is true as long as it
 * stands on what it stood on before.
 */
public final class Restore {
  private final RunState before;
  private final RunState now;
  private final boolean current;

  private Restore(RunState before, RunState now, String run) {
    this.before = before;
    this.now = now;
    this.current = before.run().equals(run) && now.run().equals(run);
  }

  /**
   * The event as it holds now, or nothing if it does not.
   *
   * @param before the state on which it was written
   * @param now the state on which it would be written again
   */
  public static Optional<Event> onto(RunState before, RunState now, String run, Event event) {
    if (new Restore(before, now, run).holds(run, event)) {
      return Optional.of(event);
    }
    // A result is worth knowing even if nobody waits for it any more.
    return event instanceof CallReturned ? Rebase.onto(now, run, event) : Optional.empty();
  }

  /** Whether the event begins a write: nobody may take it for not begun. */
  public static boolean beginsWrite(RunState before, Event event) {
    return event instanceof Event.CallStarted started
        && before.anyCall(started.call()).filter(Call::writes).isPresent();
  }

  private boolean holds(String run, Event event) {
    return switch (event) {
      case Event.Queued _ -> !now.run().equals(run) && !waits(run);
      case Event.Asked _ -> now.phase() == Phase.IDLE && waits(before, run) == waits(run);
      case Event.ModelAsked _,
          Event.Sealed _,
          Event.Replied _,
          Event.ModelFailed _,
          Event.OutputChecked _ ->
          current && sameQuestion();
      case Event.Checked(var call, _, _, _, _, _, _, _) -> open(call);
      case Event.Ruled ruled -> open(ruled.call());
      case Event.ApprovalRequested asked -> open(asked.call());
      case Event.InputRequested asked -> open(asked.call());
      case Event.InputAnswered answered -> open(answered.call());
      case Event.Decided decided -> open(decided.call());
      case Event.Expired(var call) -> open(call);
      case Event.OutcomeDecided decided -> open(decided.call());
      case Event.CallStarted started -> now.phase() == Phase.RUNNING && open(started.call());
      case Event.CallAdopted adopted -> open(adopted.call()) && sameCall(adopted.from());
      case Event.Cancelled _ -> current && now.phase() != Phase.IDLE;
      case Event.DeadlinePassed _, Event.Resumed _ -> current && now.phase() == Phase.RUNNING;
      case Event.Reopened _ ->
          current && before.phase() == Phase.SUSPENDED && now.phase() == Phase.SUSPENDED;
      case Event.FellBack _ ->
          current && now.phase() == Phase.RUNNING && sameEnding() && sameTurn();
      case Event.Suspended(var stop) -> current && rests(stop);
      case Event.Stopped _ -> waits(run) || (current && now.phase() != Phase.IDLE && sameTurn());
      // A tool's comes with its result.
      case Event.StateSet(var _, var by) -> !by.startsWith(Event.BY_TOOL);
      case Event.BudgetRefused _ -> current && now.phase() == Phase.RUNNING;
      case Event.BudgetWarned _, Event.Rewound _ -> true;
      case Event.Opened _, Event.Forked _ -> false;
      case CallReturned returned -> open(returned.call());
    };
  }

  private boolean waits(String run) {
    return waits(now, run);
  }

  private static boolean waits(RunState state, String run) {
    return state.queue().stream().anyMatch(waiting -> waiting.run().equals(run));
  }

  private boolean open(String call) {
    return current && now.phase() != Phase.IDLE && sameCall(call);
  }

  /**
   * That nobody knows what happened stays so whatever else was said; the rest is concluded anew.
   */
  private boolean rests(Stop stop) {
    return stop.reason() == StopReason.OUTCOME_UNKNOWN
        ? now.phase() != Phase.IDLE
        : now.phase() == Phase.RUNNING && sameEnding() && sameTurn();
  }

  private boolean sameEnding() {
    return (before.ending() == null) == (now.ending() == null);
  }

  /** Whether the model is asked the same, as far as it is asked. */
  private boolean sameQuestion() {
    var was = before.turn();
    var is = now.turn();
    return now.phase() == Phase.RUNNING
        && sameEnding()
        && was.number() == is.number()
        && was.attempt() == is.attempt()
        && was.target() == is.target()
        && was.stage() == is.stage();
  }

  private boolean sameTurn() {
    var was = before.turn();
    var is = now.turn();
    return was.number() == is.number()
        && was.stage() == is.stage()
        && (is.stage() != Stage.ASKING || was.attempt() == is.attempt())
        && is.calls().stream().allMatch(call -> sameCall(call.id()));
  }

  private boolean sameCall(String id) {
    var was = before.anyCall(id);
    var is = now.anyCall(id);
    return was.isPresent()
        && is.isPresent()
        && was.get().status() == is.get().status()
        && was.get().attempt() == is.get().attempt()
        && was.get().answered() == is.get().answered()
        && (was.get().settled() == null) == (is.get().settled() == null)
        && Objects.equals(was.get().args(), is.get().args());
  }
}
