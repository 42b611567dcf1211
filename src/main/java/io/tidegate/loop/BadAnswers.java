package io.tidegate.loop;

import io.tidegate.conversation.Contract.Tolerance;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What each tool last answered to the calls of a run. Only the tools' own answers are here: that a
 * server can't be reached says nothing of what it would say.
 *
 * @param tallies one a tool that has a tolerance and has answered
 */
public record BadAnswers(List<Tally> tallies) {
  static final BadAnswers NONE = new BadAnswers(List.of());

  private static final char BAD = 'x';
  private static final char GOOD = '.';

  public BadAnswers {
    tallies = List.copyOf(tallies);
  }

  /**
   * The last answers of one tool.
   *
   * @param recent a character an answer, the newest at the end: {@code x} is an error, {@code .} is
   *     none
   * @param disabled whether there were too many errors, once
   */
  public record Tally(String tool, String recent, boolean disabled) {
    int bad() {
      return (int) recent.chars().filter(answer -> answer == BAD).count();
    }

    private Tally plus(char answer, Tolerance tolerance) {
      var all = recent + answer;
      var last = all.substring(Math.max(0, all.length() - tolerance.of()));
      var next = new Tally(tool, last, disabled);
      boolean tooMany = tolerance.disable() > 0 && next.bad() >= tolerance.disable();
      return tooMany ? new Tally(tool, last, true) : next;
    }
  }

  /** After a call of the run came back. */
  BadAnswers after(Call call, Event.CallReturned returned) {
    boolean good = returned.outcome() == Outcome.SUCCEEDED;
    if (call.contract() == null
        || call.contract().tolerance().none()
        || !(good || returned.failure() == FailureClass.TOOL_ERROR)) {
      return this;
    }
    var known = find(call.tool()).orElseGet(() -> new Tally(call.tool(), "", false));
    var all = new ArrayList<>(tallies);
    all.remove(known);
    all.add(known.plus(good ? GOOD : BAD, call.contract().tolerance()));
    return new BadAnswers(all);
  }

  /** Whether calls of the tool are no longer sent in this run. */
  public boolean disabled(String tool) {
    return find(tool).filter(Tally::disabled).isPresent();
  }

  /** What the model is to be told with the newest error of the call's tool, if anything. */
  Optional<String> warning(Call call) {
    var contract = call.contract();
    if (contract == null) {
      return Optional.empty();
    }
    int warn = contract.tolerance().warn();
    return find(call.tool())
        .filter(tally -> tally.disabled() || (warn > 0 && tally.bad() >= warn))
        .map(BadAnswers::sentence);
  }

  private static String sentence(Tally tally) {
    var count =
        "%d of the last %d answers of '%s' in this run were errors"
            .formatted(tally.bad(), tally.recent().length(), tally.tool());
    return tally.disabled()
        ? count + ", so it is disabled for the rest of the run: do without it."
        : count + ": change what you ask of it, or do without it.";
  }

  private Optional<Tally> find(String tool) {
    return tallies.stream().filter(tally -> tally.tool().equals(tool)).findFirst();
  }
}
