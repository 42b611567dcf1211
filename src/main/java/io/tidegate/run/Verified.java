package io.tidegate.run;

import io.tidegate.conversation.Part;
import io.tidegate.loop.Entry;
import io.tidegate.loop.Event;
import io.tidegate.loop.RunState;
import io.tidegate.run.RunListener.Delta;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Lets a reply out, whole, once it is accepted, for runs whose clients may see verified text only.
 */
final class Verified {
  private final Set<Long> heldBack = new HashSet<>();

  /** Sees an entry before it is in the journal, and the state after it. */
  void recorded(Entry entry, RunState state) {
    if (entry.event() instanceof Event.Replied && state.requirePin().verified()) {
      heldBack.add(entry.seq());
    }
  }

  /** What was recorded gets other places. */
  void forget() {
    heldBack.clear();
  }

  /**
   * Tells the text of each reply among the entries that was held back and that no output check
   * refused; the check is in the same batch.
   */
  void tellAccepted(SessionId session, List<Entry> entries, RunListener listener) {
    for (var entry : entries) {
      if (entry.event() instanceof Event.Replied replied
          && heldBack.remove(entry.seq())
          && !refused(replied, entries)) {
        var text = Part.text(replied.reply().parts());
        listener.delta(
            session,
            new Delta(
                false, entry.run(), replied.turn(), replied.attempt(), entry.seq() - 1, 0, text));
      }
    }
  }

  private static boolean refused(Event.Replied replied, List<Entry> entries) {
    return entries.stream()
        .anyMatch(
            entry ->
                entry.event() instanceof Event.OutputChecked checked
                    && checked.turn() == replied.turn()
                    && !checked.problems().isEmpty());
  }
}
