package io.tidegate.run;

import io.tidegate.loop.Entry;
import io.tidegate.loop.RunState;
import io.tidegate.run.Journal.Record;
import io.tidegate.run.Journal.Refused;
import io.tidegate.run.Journal.Refused.Why;
import io.tidegate.run.SessionDriver.Title;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out why a log's end is not where its owner left it: others have appended facts, or a
 * fail-over of the store has lost entries, or both.
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
   * @param loss what the store has lost, or null if it has lost nothing
   * @param title what makes the session this process's now
   */
  record Found(List<Entry> entries, RunState state, @Nullable Loss loss, Title title) {}

  /**
   * What a fail-over took from a log.
   *
   * @param first the seq of the first entry that was lost, or about that if nobody knows
   * @param upTo the seq of the last
   * @param known the state before them, and the entries; null if this process does not know all
   * @param rewinds what {@link Record#REWINDS} said before, or null
   */
  record Loss(long first, long upTo, @Nullable Known known, @Nullable String rewinds) {}

  /** Entries that were lost, and the state before them. */
  record Known(RunState before, List<Entry> entries) {}

  /** Fails with a {@link Refused} if the session is no longer the owner's. */
  Future<Found> run() {
    return shell
        .journal()
        .find(session)
        .compose(
            record -> {
              if (record == null) {
                return refused(Why.GONE);
              }
              return title.holds(record) || mayRegain(record) ? look(record) : refused(Why.FENCED);
            });
  }

  private <T> Future<T> refused(Why why) {
    return Future.failedFuture(new Refused(why, "session " + session));
  }

  /**
   * Whether what gave the session to this process, which wrote to it, may be lost too, and nobody
   * else has it: epochs only grow, and facts that wake a session at rest leave it to anybody.
   */
  private boolean mayRegain(Record record) {
    boolean free = record.epoch() == title.epoch() && record.owner().isEmpty();
    return !recent.isEmpty() && (free || record.epoch() < title.epoch());
  }

  /** The entry at the known end is read once more: if it is another, or gone, the store lost it. */
  private Future<Found> look(Record record) {
    return read(base.head() - 1)
        .compose(
            entries -> {
              boolean same =
                  !entries.isEmpty() && entries.getFirst().mayBe(base.head(), base.tag());
              if (!title.holds(record)) {
                return same ? refused(Why.FENCED) : regain(record);
              }
              return same
                  ? Future.succeededFuture(found(base, entries.subList(1, entries.size()), null))
                  : rewound(record);
            });
  }

  private Future<Found> regain(Record record) {
    return shell
        .journal()
        .own(record, title.owner())
        .compose(
            epoch -> {
              var regained = epoch == null ? title : new Title(title.owner(), epoch);
              return new CatchUp(shell, session, regained, base, recent).run();
            });
  }

  private Found found(RunState before, List<Entry> entries, @Nullable Loss loss) {
    var state = before;
    for (var entry : entries) {
      state = state.after(entry);
    }
    return new Found(List.copyOf(entries), state, loss, title);
  }

  /** All entries after a seq. */
  private Future<List<Entry>> read(long after) {
    return read(Math.max(0, after), new ArrayList<>());
  }

  private Future<List<Entry>> read(long after, List<Entry> before) {
    return shell
        .journal()
        .read(session, after, PAGE_BYTES)
        .compose(
            page -> {
              before.addAll(page);
              return page.isEmpty()
                  ? Future.succeededFuture(before)
                  : read(page.getLast().seq(), before);
            });
  }

  private Future<Found> rewound(Record record) {
    return read(recent.from() - 1)
        .compose(
            log -> {
              long kept = recent.common(log);
              return kept == 0 ? lostMoreThanKnown(record) : lostAfter(record, kept, log);
            });
  }

  private Future<Found> lostAfter(Record record, long kept, List<Entry> log) {
    var others = log.stream().filter(entry -> entry.seq() > kept).toList();
    note(kept + 1, others.size());
    return new Loader(shell.journal())
        .state(session, kept)
        .map(
            state -> {
              var known = new Known(state, recent.after(kept));
              return found(state, others, new Loss(kept + 1, base.head(), known, rewinds(record)));
            });
  }

  /** Where it began is not known; clients go on after the place where it began at the latest. */
  private Future<Found> lostMoreThanKnown(Record record) {
    return new Loader(shell.journal())
        .state(session, Long.MAX_VALUE)
        .map(
            state -> {
              long first = Math.min(Math.max(1, recent.from()), state.head() + 1);
              note(first, 0);
              var loss = new Loss(first, base.head(), null, rewinds(record));
              return new Found(List.of(), state, loss, title);
            });
  }

  private void note(long first, int others) {
    LOG.atError()
        .addKeyValue("tenant", session.tenant())
        .addKeyValue("session", session.id())
        .log(
            "the store lost entries {} to {}; others have appended {} since",
            first,
            base.head(),
            others);
  }

  private static @Nullable String rewinds(Record record) {
    return record.meta().get(Record.REWINDS);
  }
}
