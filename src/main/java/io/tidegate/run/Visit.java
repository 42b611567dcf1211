package io.tidegate.run;

import io.tidegate.loop.Entry;
import io.tidegate.loop.Event;
import io.tidegate.loop.RunState;
import io.tidegate.run.Journal.Facts;
import io.tidegate.run.Journal.Status;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One look at a session that is driven elsewhere or nowhere, to leave facts there. */
final class Visit implements SessionWriter {
  private final SessionId id;
  private final String name;
  private final RunState base;
  private final Deliberation deliberation;
  private final Time time;
  private final int tag;
  private final List<Entry> entries = new ArrayList<>();
  private final Map<String, String> meta = new HashMap<>();
  private final Promise<Void> written = Promise.promise();
  private RunState state;

  /**
   * @param name tells it from all others, and so does the tag among those that write to the session
   */
  Visit(SessionId id, String name, int tag, RunState base, Deliberation deliberation, Time time) {
    this.id = id;
    this.name = name;
    this.base = base;
    this.state = base;
    this.deliberation = deliberation;
    this.time = time;
    this.tag = tag;
  }

  @Override
  public SessionId id() {
    return id;
  }

  @Override
  public RunState state() {
    return state;
  }

  @Override
  public Deliberation deliberation() {
    return deliberation;
  }

  @Override
  public Future<Void> record(String run, Event event) {
    for (var one : deliberation.withStateWrite(state, event)) {
      long at = Math.max(time.now(), state.at());
      var entry = new Entry(state.head() + 1, at, run, one, tag);
      state = state.after(entry);
      entries.add(entry);
    }
    return written.future();
  }

  @Override
  public Future<Void> written() {
    return entries.isEmpty() ? Future.succeededFuture() : written.future();
  }

  @Override
  public void meta(String field, String value) {
    meta.put(field, value);
  }

  /**
   * Says in the session's record how many calls wait for people and until when, if that is another
   * now.
   */
  void noteWaiting() {
    long alarm = Decisions.alarm(state);
    if (alarm != Decisions.alarm(base)) {
      meta(Journal.Record.ALARM, Long.toString(alarm));
    }
    if (state.waitingForPeople() != base.waitingForPeople()) {
      meta(Journal.Record.WAITING, Integer.toString(state.waitingForPeople()));
    }
  }

  /** What it leaves. */
  Facts facts(Status status) {
    return new Facts(name, base.head(), base.tag(), entries, status, meta);
  }

  /** The state that it came upon. */
  RunState base() {
    return base;
  }

  List<Entry> entries() {
    return entries;
  }

  /** What is left is in the journal. */
  void done() {
    written.complete();
  }

  void failed(Throwable why) {
    written.fail(why);
  }
}
