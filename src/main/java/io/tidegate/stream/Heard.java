package io.tidegate.stream;

import io.tidegate.loop.Entry;
import io.tidegate.loop.Event;
import io.tidegate.run.RunListener.Delta;
import io.tidegate.run.Sessions.Partial;

/** How much of the reply that is being streamed a client has. Immutable. */
record Heard(String run, int turn, int attempt, Progress progress, int text, int reasoning) {

  /** Nothing is known. */
  static final Heard NOTHING = new Heard("", 0, 0, Progress.UNKNOWN, 0, 0);

  /** Whether more of the reply can come. */
  enum Progress {
    UNKNOWN,
    OPEN,
    OVER
  }

  /** What is known after an entry that the client has. */
  Heard after(Entry entry) {
    return switch (entry.event()) {
      case Event.ModelAsked(int asked, int nth, _, _, var _) ->
          reply(entry, asked, nth, Progress.OPEN);
      case Event.Replied(int asked, int nth, _, _, _, _) -> reply(entry, asked, nth, Progress.OVER);
      case Event.ModelFailed(int asked, int nth, _, _, var _) ->
          reply(entry, asked, nth, Progress.OVER);
      case Event.Resumed _ -> over();
      case Event.Suspended _ -> over();
      case Event.Stopped _ -> over();
      default -> this;
    };
  }

  private static Heard reply(Entry entry, int turn, int attempt, Progress progress) {
    return new Heard(entry.run(), turn, attempt, progress, 0, 0);
  }

  private Heard over() {
    return unknown() ? this : new Heard(run, turn, attempt, Progress.OVER, 0, 0);
  }

  Heard after(Partial snapshot) {
    return new Heard(
        snapshot.run(),
        snapshot.turn(),
        snapshot.attempt(),
        Progress.OPEN,
        snapshot.text().length(),
        snapshot.reasoning().length());
  }

  /**
   * Whether that snapshot may show a reply that is over for a client which has the journal up to
   * the cursor: the run may not know yet that its last entries are written.
   */
  boolean outdates(Partial snapshot, long cursor) {
    return unknown() ? snapshot.after() < cursor : outdates(snapshot);
  }

  /** Whether the client has seen nothing that tells which reply is being streamed, if any. */
  boolean unknown() {
    return progress == Progress.UNKNOWN;
  }

  private boolean outdates(Partial snapshot) {
    if (!run.equals(snapshot.run())) {
      return false;
    }
    int order =
        snapshot.turn() == turn
            ? Integer.compare(snapshot.attempt(), attempt)
            : Integer.compare(snapshot.turn(), turn);
    return order < 0 || (order == 0 && progress == Progress.OVER);
  }

  /** How much of the delta the client has already; negative if something before it is missing. */
  int overlap(Delta delta) {
    int end = delta.reasoning() ? reasoning : text;
    return isOf(delta.run(), delta.turn(), delta.attempt()) ? end - delta.offset() : -1;
  }

  /** Whether the client has the beginning of that reply, so that the rest of it is enough. */
  boolean begins(Partial snapshot) {
    return isOf(snapshot.run(), snapshot.turn(), snapshot.attempt())
        && text + reasoning > 0
        && text <= snapshot.text().length()
        && reasoning <= snapshot.reasoning().length();
  }

  private boolean isOf(String otherRun, int otherTurn, int otherAttempt) {
    return progress == Progress.OPEN
        && run.equals(otherRun)
        && turn == otherTurn
        && attempt == otherAttempt;
  }

  Heard after(Delta delta) {
    int end = delta.offset() + delta.text().length();
    return delta.reasoning()
        ? new Heard(run, turn, attempt, progress, text, end)
        : new Heard(run, turn, attempt, progress, end, reasoning);
  }
}
