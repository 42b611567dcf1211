package io.tidegate.stream;

import io.tidegate.conversation.Finish;
import io.tidegate.conversation.Json;
import io.tidegate.conversation.ModelFailure;
import io.tidegate.conversation.Part;
import io.tidegate.conversation.Reply;
import io.tidegate.conversation.Usd;
import io.tidegate.loop.Entry;
import io.tidegate.loop.Event;
import io.tidegate.loop.RunState;
import io.tidegate.run.Journal;
import io.tidegate.run.RunListener;
import io.tidegate.run.SessionId;
import io.tidegate.run.Sessions.Partial;
import io.tidegate.testing.InMemoryJournal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A run that does what the test says: writes to the journal, notices that it is written, and
 * streams replies.
 */
final class ScriptedRun {
  static final SessionId SESSION = new SessionId("default", "s1");
  static final String RUN = "r1";

  private final InMemoryJournal journal;
  private final FakeSessions sessions;
  private final List<Entry> unnoticed = new ArrayList<>();
  private long head;
  private int turn;
  private int attempt;
  private boolean streaming;
  private final StringBuilder text = new StringBuilder();
  private final StringBuilder reasoning = new StringBuilder();

  ScriptedRun(InMemoryJournal journal, FakeSessions sessions) {
    this.journal = journal;
    this.sessions = sessions;
  }

  /** Writes an event to the journal and notices it at once. */
  void record(Event event) {
    write(event);
    notice();
  }

  /** Writes an event to the journal; the run does not know yet that it is there. */
  void write(Event event) {
    long seq = head + unnoticed.size() + 1;
    var entry = new Entry(seq, 1_700_000_000_000L + seq, RUN, event);
    var batch =
        new Journal.Batch("", 1, seq - 1, 0, List.of(entry), Journal.Status.RUNNING, Map.of());
    journal.append(SESSION, batch);
    unnoticed.add(entry);
  }

  /** An entry of which no follower is told. */
  void recordSilently(Event event) {
    write(event);
    unnoticed.clear();
    head++;
    partial();
  }

  /** The run hears that all it wrote is in the journal. */
  void notice() {
    if (unnoticed.isEmpty()) {
      return;
    }
    var entries = List.copyOf(unnoticed);
    unnoticed.clear();
    head += entries.size();
    entries.forEach(entry -> follow(entry.event()));
    partial();
    sessions.followers().forEach(each -> each.recorded(SESSION, entries, RunState.EMPTY));
  }

  private void follow(Event event) {
    switch (event) {
      case Event.ModelAsked asked -> begin(asked);
      case Event.Replied _, Event.ModelFailed _ -> streaming = false;
      default -> {}
    }
  }

  private void begin(Event.ModelAsked asked) {
    turn = asked.turn();
    attempt = asked.attempt();
    streaming = true;
    text.setLength(0);
    reasoning.setLength(0);
  }

  /** The model says something, if it is being asked and the end of its reply is not written. */
  void say(boolean thought, String words) {
    if (!streaming || unnoticed.stream().anyMatch(entry -> endsReply(entry.event()))) {
      return;
    }
    var kind = thought ? reasoning : text;
    var delta = new RunListener.Delta(thought, RUN, turn, attempt, head, kind.length(), words);
    kind.append(words);
    partial();
    sessions.followers().forEach(each -> each.delta(SESSION, delta));
  }

  private static boolean endsReply(Event event) {
    return event instanceof Event.Replied || event instanceof Event.ModelFailed;
  }

  private void partial() {
    sessions.partial =
        streaming
            ? new Partial(RUN, turn, attempt, head, text.toString(), reasoning.toString())
            : null;
  }

  /** The model is asked, or its reply ends: what comes next. */
  void writeTurn(boolean well) {
    notice();
    if (!streaming) {
      boolean again = attempt > 0 && !well;
      write(new Event.ModelAsked(again ? turn : turn + 1, again ? attempt + 1 : 1, 0, "m"));
    } else if (well) {
      write(replied());
    } else {
      var failure = ModelFailure.of(ModelFailure.Kind.UNREACHABLE, "The connection broke.");
      write(new Event.ModelFailed(turn, attempt, failure, null));
    }
  }

  /** A reply breaks off, and the model is asked again: both are written before the run knows. */
  void writeRetry() {
    notice();
    if (streaming) {
      writeTurn(false);
      write(new Event.ModelAsked(turn, attempt + 1, 0, "m"));
    }
  }

  private Event.Replied replied() {
    List<Part> parts = List.of(new Part.Text(text.toString()));
    return new Event.Replied(turn, attempt, new Reply(parts, Finish.END, null, "m"), Usd.ZERO);
  }

  void writeState(int chars) {
    write(new Event.StateSet(Json.string("x".repeat(chars)), "test"));
  }

  boolean streaming() {
    return streaming;
  }

  String text() {
    return text.toString();
  }

  String reasoning() {
    return reasoning.toString();
  }
}
