package io.tidegate.run;

import io.tidegate.conversation.Message;
import io.tidegate.conversation.Part;
import io.tidegate.loop.Entry;
import io.tidegate.loop.Event;
import io.tidegate.loop.Pin;
import io.tidegate.loop.RunState;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides when a session's state is worth keeping, so that who opens it next need not fold its log
 * from the start.
 *
 * <p>One is kept when the log grew, since the last, by {@value #LEAST_ENTRIES} entries and by at
 * least half of the text that the last one held. So the snapshots of a session, all together, take
 * no more than about twice the text of its log and one snapshot more, however long it grows; and
 * who opens a session folds at most the last third of its text, or {@value #LEAST_ENTRIES} entries.
 */
final class Snapshots {
  private static final Logger LOG = LoggerFactory.getLogger(Snapshots.class);

  static final int LEAST_ENTRIES = 500;

  /** What an entry or a message takes besides its texts, in characters. */
  private static final long FRAME = 100;

  private final Journal journal;
  private final SessionId session;
  private long lastWeight;
  private long entriesSince;
  private long weightSince;

  /**
   * @param last the state that was kept last, or any later one: the session is then taken to have
   *     been kept there, which at worst keeps the next one later
   */
  Snapshots(Journal journal, SessionId session, RunState last) {
    this.journal = journal;
    this.session = session;
    this.lastWeight = weight(last);
  }

  /** Notes an entry that is in the journal. */
  void note(Entry entry) {
    entriesSince++;
    weightSince += weight(entry.event());
  }

  /**
   * Notes entries that went to the journal, and keeps the state if it is time. A state that is
   * ahead of the journal is not kept: what it says may never be written.
   */
  void appended(List<Entry> entries, RunState state) {
    entries.forEach(this::note);
    if (entries.getLast().seq() == state.head()) {
      keepIfDue(state);
    }
  }

  /** Keeps the state after the last entry that was noted, if it is time. */
  void keepIfDue(RunState state) {
    if (entriesSince < LEAST_ENTRIES || 2 * weightSince < lastWeight) {
      return;
    }
    lastWeight = weight(state);
    entriesSince = 0;
    weightSince = 0;
    journal
        .keepSnapshot(session, state)
        .onFailure(why -> LOG.debug("session {}: no snapshot was kept", session, why));
  }

  /** About how many characters the state takes when it is kept. */
  static long weight(RunState state) {
    long weight = FRAME + state.data().text().length();
    for (var message : state.transcript()) {
      weight += weight(message);
    }
    var pin = state.pin();
    return pin == null ? weight : weight + weight(pin);
  }

  private static long weight(Message message) {
    return switch (message) {
      case Message.User(var text) -> FRAME + text.length();
      case Message.Assistant(var parts) -> FRAME + weight(parts);
      case Message.Results(var results) -> {
        long weight = FRAME;
        for (var result : results) {
          weight += FRAME + result.content().text().length();
        }
        yield weight;
      }
    };
  }

  private static long weight(List<Part> parts) {
    long weight = 0;
    for (var part : parts) {
      weight +=
          switch (part) {
            case Part.Text(var text) -> FRAME + text.length();
            case Part.Reasoning(var text, var _, var opaque) ->
                FRAME + text.length() + opaque.text().length();
            case Part.Call(var call) -> FRAME + call.arguments().length();
          };
    }
    return weight;
  }

  private static long weight(Pin pin) {
    long weight = pin.instructions().length();
    for (var tool : pin.tools()) {
      weight += FRAME + tool.description().length() + tool.input().text().length();
    }
    return weight;
  }

  /** About how many characters of it the log holds; bookkeeping counts as a frame. */
  static long weight(Event event) {
    return switch (event) {
      case Event.Opened opened -> FRAME + opened.state().text().length();
      case Event.Asked asked -> FRAME + asked.input().length();
      case Event.Queued queued -> FRAME + queued.input().length();
      case Event.Replied replied -> FRAME + weight(replied.reply().parts());
      case Event.CallReturned returned -> FRAME + returned.result().text().length();
      case Event.CallAdopted adopted -> FRAME + adopted.result().text().length();
      case Event.StateSet set -> FRAME + set.state().text().length();
      default -> FRAME;
    };
  }
}
