package io.tidegate.simulator.scenario;

import java.util.List;
import java.util.Locale;

/**
 * What a simulated model replies.
 *
 * @param think its reasoning, or empty
 * @param say its text, or empty
 * @param fail how it is to fail, as a directive, or empty
 */
public record Answer(
    String think, String say, List<Call> calls, Finish finish, Pace pace, String fail) {
  public Answer {
    calls = List.copyOf(calls);
  }

  /**
   * A call that the model makes.
   *
   * @param args the arguments as the model writes them: JSON, unless it errs
   */
  public record Call(String tool, String args) {}

  /** Why the reply ends. */
  public enum Finish {
    END,
    CALLS,
    LENGTH,
    STOP_SEQUENCE,
    CONTENT_FILTER,
    REFUSAL,
    PAUSE_TURN,
    CONTEXT_FULL;

    /** Reads a finish as a scenario writes it; empty is what follows from the calls. */
    static Finish of(String text, boolean calls) {
      if (text.isEmpty()) {
        return calls ? CALLS : END;
      }
      try {
        return valueOf(text.toUpperCase(Locale.ROOT).replace('-', '_'));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "There is no finish '%s'; write one of end, calls, length, stop-sequence, content-filter, refusal, pause-turn, context-full."
                .formatted(text),
            e);
      }
    }
  }

  /** The first half of the reply: what is there when a limit or a filter ends it. */
  public Answer half(Finish reason) {
    return new Answer(think, say.substring(0, say.length() / 2), List.of(), reason, pace, fail);
  }

  public Answer finishing(Finish reason) {
    return new Answer(think, say, calls, reason, pace, fail);
  }

  public Answer at(Pace other) {
    return new Answer(think, say, calls, finish, other, fail);
  }

  /** The same, with the last character of all arguments missing. */
  public Answer withBadArgs() {
    var bad =
        calls.stream()
            .map(call -> new Call(call.tool(), call.args().substring(0, call.args().length() - 1)))
            .toList();
    return new Answer(think, say, bad, finish, pace, fail);
  }

  public Answer empty() {
    return new Answer("", "", List.of(), Finish.END, pace, fail);
  }
}
