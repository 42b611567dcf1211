package io.tidegate.run;

import io.tidegate.run.Journal.Record;
import io.tidegate.run.Journal.Status;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes sessions that were at rest for as long as their agent's sessions are kept. One replica
 * does it at a time, a few sessions at each tick, from the oldest to the newest and then anew. A
 * suspended session waits for people, and stays. It lives on one context.
 */
public final class Retention {
  private static final Logger LOG = LoggerFactory.getLogger(Retention.class);

  /** How often {@link #tick} is to be called, in milliseconds. */
  public static final long PERIOD_MS = 10_000;

  static final int LOOKED_AT_MAX = 200;

  /** Another replica takes over when this one has not ticked for so long. */
  private static final long LEAD_MS = 3 * PERIOD_MS;

  private final Store store;
  private final Ages ages;
  private final Time time;
  private final String replica;
  private @Nullable String place;
  private boolean busy;

  /**
   * @param replica names this process among those that share the journal
   */
  public Retention(Store store, Ages ages, Time time, String replica) {
    this.store = store;
    this.ages = ages;
    this.time = time;
    this.replica = replica;
  }

  /**
   * How long sessions at rest are kept, in milliseconds.
   *
   * @param standard for agents that are not named, or null for ever
   * @param byAgent for agents that say so themselves; {@link #FOR_EVER} for ever
   */
  public record Ages(@Nullable Long standard, Map<String, Long> byAgent) {
    public static final long FOR_EVER = Long.MAX_VALUE;

    public Ages {
      byAgent = Map.copyOf(byAgent);
    }

    long of(String agent) {
      return byAgent.getOrDefault(agent, standard == null ? FOR_EVER : standard);
    }

    /** The shortest of all, or nothing if all sessions are kept for ever. */
    public OptionalLong shortest() {
      long shortest =
          byAgent.values().stream()
              .mapToLong(Long::longValue)
              .reduce(standard == null ? FOR_EVER : standard, Math::min);
      return shortest == FOR_EVER ? OptionalLong.empty() : OptionalLong.of(shortest);
    }
  }

  /** What is asked of the journal. */
  public interface Store {
    /**
     * Whether this replica is the one that sweeps, for so many milliseconds from now on; any one
     * becomes it when there is none.
     */
    Future<Boolean> lead(String replica, long ms);

    /**
     * The next sessions of all tenants, each tenant's from the oldest, that were made before a
     * time.
     *
     * @param place where the page before ended, or null for the start
     * @param madeBefore in milliseconds since 1970
     */
    Future<Page> oldest(@Nullable String place, long madeBefore, int limit);

    /** Deletes the session if its last entry is still that one; says whether it did. */
    Future<Boolean> delete(SessionId session, long head);

    /**
     * Sees to it that the session's alarm comes at that time, in milliseconds since 1970, at the
     * latest.
     */
    Future<Void> alarm(SessionId session, long at);
  }

  /** Sessions, and where the next page begins; null at the end. */
  public record Page(List<Record> sessions, @Nullable String next) {
    public Page {
      sessions = List.copyOf(sessions);
    }
  }

  /**
   * Looks at the next sessions, and deletes those whose time is over; completes with their number.
   * While a tick is under way another one does nothing.
   */
  public Future<Integer> tick() {
    var shortest = ages.shortest();
    if (busy || shortest.isEmpty()) {
      return Future.succeededFuture(0);
    }
    busy = true;
    return store
        .lead(replica, LEAD_MS)
        .compose(leads -> leads ? sweep(shortest.getAsLong()) : Future.succeededFuture(0))
        .onComplete(_ -> busy = false);
  }

  private Future<Integer> sweep(long shortestMs) {
    return store
        .oldest(place, time.now() - shortestMs, LOOKED_AT_MAX)
        .compose(page -> delete(page.sessions(), 0, 0).onSuccess(_ -> place = page.next()));
  }

  private Future<Integer> delete(List<Record> sessions, int from, int deleted) {
    for (int i = from; i < sessions.size(); i++) {
      var session = sessions.get(i);
      int next = i + 1;
      if (over(session)) {
        return store
            .delete(session.id(), session.head())
            .onSuccess(was -> note(session, was))
            .compose(was -> delete(sessions, next, deleted + (was ? 1 : 0)));
      }
    }
    return Future.succeededFuture(deleted);
  }

  private boolean over(Record session) {
    return session.status() == Status.IDLE
        && time.now() - session.updatedAt() > ages.of(session.agent());
  }

  private static void note(Record session, boolean deleted) {
    if (deleted) {
      LOG.debug("session {} was kept long enough and is deleted", session.id());
    }
  }
}
