package io.tidegate.loop;

import io.tidegate.loop.Call.Status;
import io.tidegate.loop.Event.CallReturned;
import java.util.ArrayList;
import java.util.List;

/**
 * Calls in a row that were sent and failed. What was denied, or refused before it was sent, is no
 * failure of a tool.
 *
 * @param inRow how many there were since the last success
 * @param last the last of them, the newest at the end
 * @param critical whether one was of a tool whose failure ends the run
 */
public record Failures(int inRow, List<Failure> last, boolean critical) {
  static final Failures NONE = new Failures(0, List.of(), false);

  private static final int MOST = 5;
  private static final int MOST_TEXT = 500;

  public Failures {
    last = List.copyOf(last);
  }

  /** A call that failed, and the beginning of what its model was told. */
  public record Failure(String call, String tool, Outcome outcome, String told) {}

  /** After a call of the run came back. */
  Failures after(Call call, CallReturned returned) {
    return switch (Status.of(returned.outcome())) {
      case SUCCEEDED -> afterSuccess();
      case FAILED, TIMED_OUT -> returned.attempt() > 0 ? plus(call, returned) : this;
      default -> this;
    };
  }

  /** A success elsewhere does not make up for a critical tool. */
  Failures afterSuccess() {
    return critical ? this : NONE;
  }

  private Failures plus(Call call, CallReturned returned) {
    var told = returned.result().text();
    var failure = new Failure(call.id(), call.tool(), returned.outcome(), beginning(told));
    var all = new ArrayList<>(last);
    all.add(failure);
    return new Failures(
        inRow + 1,
        all.subList(Math.max(0, all.size() - MOST), all.size()),
        critical || (call.contract() != null && call.contract().critical()));
  }

  private static String beginning(String told) {
    if (told.length() <= MOST_TEXT) {
      return told;
    }
    // Half of a surrogate pair is no text.
    boolean cut = Character.isHighSurrogate(told.charAt(MOST_TEXT - 1));
    return told.substring(0, cut ? MOST_TEXT - 1 : MOST_TEXT);
  }

  /** Whether the run is to end for it; {@code limit} is {@link Limits#toolFailures}. */
  boolean tooMany(int limit) {
    return critical || (limit > 0 && inRow >= limit);
  }

  /** What went wrong, as a sentence. */
  String sentence() {
    var newest = last.getLast();
    return critical
        ? "A call of a critical tool failed; the last failure was %s (%s): %s"
            .formatted(newest.tool(), newest.call(), newest.told())
        : "%d calls in a row failed; the last was %s (%s): %s"
            .formatted(inRow, newest.tool(), newest.call(), newest.told());
  }
}
