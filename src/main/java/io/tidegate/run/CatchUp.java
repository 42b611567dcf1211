package io.tidegate.run;

import io.tidegate.loop.Entry;
import io.tidegate.loop.Event;
import io.tidegate.loop.RunState;
import io.tidegate.loop.RunState.Phase;
import io.tidegate.loop.StopReason;
import io.tidegate.run.Deliberation.Fact;
import io.tidegate.run.Journal.Record;
import io.tidegate.run.Journal.Refused;
import io.tidegate.run.Journal.Refused.Why;
import io.tidegate.run.SessionDriver.Title;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out why a log's end is not where its owner left it: others have appended facts, or a
 * fail-over of the store has lost entries.
 */
final class CatchUp {
  private static final Logger LOG = LoggerFactory.getLogger(CatchUp.class);
  private static final int PAGE_BYTES = 1 << 18;

  private final Shell shell;
  private final SessionId session;
  private final Title title;
  private final RunState base;
  private final Recent recent;

  /**
   * @param base the state at the last entry that the owner knows to be in the log
   * @param recent what it knows of the entries before
   */
  CatchUp(Shell shell, SessionId session, Title title, RunState base, Recent recent) {
    this.shell = shell;
    this.session = session;
    this.title = title;
    this.base = base;
    this.recent = recent;
  }

  /**
   * The log as it is.
   *
   * @param entries what others have appended
   * @param state the state after them, at the log's end
   * @param again what is to be appended before anything else, as it was lost
   * @param generation what {@link Record#REWINDS} is to say, if entries were lost
   */
  record Found(
      List<Entry> entries, RunState state, List<Fact> again, Optional<String> generation) {}

  /** Fails with a {@link Refused} if the session is no longer the owner's. */
  Future<Found> run() {
    return shell
        .journal()
        .find(session)
        .compose(
            record -> {
              if (record != null && (lostWithTitle(record) || isShorter(record))) {
                return rewound(record);
              }
              if (record == null || !title.holds(record)) {
                var why = record == null ? Why.GONE : Why.FENCED;
                return Future.failedFuture(new Refused(why, "session " + session));
              }
              return appended(base, new ArrayList<>());
            });
  }

  private boolean isShorter(Record record) {
    return title.holds(record) && record.head() < base.head();
  }

  /** The entries that made the session this process's were lost too: it is as it was before. */
  private boolean lostWithTitle(Record record) {
    return record.epoch() == title.epoch() - 1
        && record.head() < base.head()
        && !record.status().busy();
  }

  private Future<Found> appended(RunState state, List<Entry> found) {
    return shell
        .journal()
        .read(session, state.head(), PAGE_BYTES)
        .compose(
            page -> {
              if (page.isEmpty()) {
                return Future.succeededFuture(new Found(found, state, List.of(), Optional.empty()));
              }
              found.addAll(page);
              return appended(after(state, page), found);
            });
  }

  private static RunState after(RunState state, List<Entry> entries) {
    var next = state;
    for (var entry : entries) {
      next = next.after(entry);
    }
    return next;
  }

  private Future<Found> rewound(Record record) {
    LOG.atError()
        .addKeyValue("tenant", session.tenant())
        .addKeyValue("session", session.id())
        .log("the store lost entries {} to {}", record.head() + 1, base.head());
    var lost = recent.after(record.head());
    return new Loader(shell.journal())
        .state(session, record.head())
        .map(
            state -> {
              var again = new ArrayList<Fact>();
              again.add(new Fact(state.run(), new Event.Rewound(base.head())));
              lost.ifPresentOrElse(
                  entries -> entries.forEach(e -> again.add(new Fact(e.run(), e.event()))),
                  () -> again.addAll(unknown(state)));
              recent.clear();
              return new Found(List.of(), state, again, Optional.of(rewinds(record)));
            });
  }

  private static String rewinds(Record record) {
    var before = record.meta().get(Record.REWINDS);
    long place = record.head() + 1;
    return before == null ? Long.toString(place) : before + "," + place;
  }

  /** Nobody knows any more what the run did: a person has to look before it goes on. */
  private List<Fact> unknown(RunState state) {
    if (state.phase() == Phase.IDLE) {
      return List.of();
    }
    var detail =
        "The store lost what this run did after entry %d: calls of that time may have taken effect."
            .formatted(state.head());
    var stop =
        state.stopFor(
            StopReason.OUTCOME_UNKNOWN,
            detail,
            false,
            null,
            "Find out what took effect, then resume the run or cancel it.");
    return List.of(new Fact(state.run(), new Event.Suspended(stop)));
  }
}
