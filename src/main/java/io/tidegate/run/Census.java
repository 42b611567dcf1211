package io.tidegate.run;

import io.tidegate.run.Journal.Record;
import io.tidegate.run.Journal.Status;
import io.tidegate.run.Retention.Store;
import io.vertx.core.Future;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks through all sessions, slowly and for ever, for those that are under way and that nobody
 * drives, and sees to the alarms of those that want one: what the indexes should have named and did
 * not, because they were lost. One replica does it at a time. It lives on one context.
 */
public final class Census {
  private static final Logger LOG = LoggerFactory.getLogger(Census.class);

  /** How often {@link #tick} is to be called, in milliseconds. */
  public static final long PERIOD_MS = 10_000;

  static final int LOOKED_AT_MAX = 1_000;

  /** What changed so recently is in somebody's hands, or about to be. */
  static final long SETTLED_MS = 120_000;

  private static final long LEAD_MS = 3 * PERIOD_MS;

  private final Store store;
  private final Replicas replicas;
  private final WorkQueue queue;
  private final Time time;
  private final String replica;
  private @Nullable String place;
  private boolean busy;

  /**
   * @param replica names this process among those that share the journal
   */
  public Census(Store store, Replicas replicas, WorkQueue queue, Time time, String replica) {
    this.store = store;
    this.replicas = replicas;
    this.queue = queue;
    this.time = time;
    this.replica = replica;
  }

  /**
   * Looks at the next sessions, and puts those that nobody drives in line; completes with their
   * number. While a tick is under way another one does nothing.
   */
  public Future<Integer> tick() {
    if (busy) {
      return Future.succeededFuture(0);
    }
    busy = true;
    return store
        .lead(replica, LEAD_MS)
        .compose(leads -> leads ? look() : Future.succeededFuture(0))
        .onComplete(_ -> busy = false);
  }

  private Future<Integer> look() {
    long now = time.now();
    return store
        .oldest(place, now - SETTLED_MS, LOOKED_AT_MAX)
        .compose(
            page -> {
              var settled =
                  page.sessions().stream().filter(it -> it.updatedAt() < now - SETTLED_MS).toList();
              return wake(settled)
                  .compose(_ -> mend(settled.stream().filter(it -> it.status().busy()).toList()))
                  .onSuccess(_ -> place = page.next());
            });
  }

  private Future<Void> wake(List<Record> sessions) {
    var woken =
        sessions.stream()
            .filter(one -> one.status() != Status.IDLE && one.alarm() > 0)
            .map(one -> store.alarm(one.id(), one.alarm()))
            .toList();
    return Future.all(woken).mapEmpty();
  }

  private Future<Integer> mend(List<Record> busyOnes) {
    if (busyOnes.isEmpty()) {
      return Future.succeededFuture(0);
    }
    return replicas
        .living()
        .map(Set::copyOf)
        .compose(
            living -> {
              var orphans = busyOnes.stream().filter(one -> !living.contains(one.owner())).toList();
              var added =
                  orphans.stream()
                      .map(one -> queue.add(one.id(), priority(one), Integer.MAX_VALUE))
                      .toList();
              return Future.all(added).map(_ -> note(orphans));
            });
  }

  /** One that only waits may be in line after all: then it keeps its place. */
  private static int priority(Record one) {
    return one.status() == Status.RUNNING ? WorkQueue.UNDER_WAY : 0;
  }

  private static int note(List<Record> orphans) {
    if (!orphans.isEmpty()) {
      LOG.warn(
          "sessions under way that nobody drives: {}",
          orphans.stream().map(one -> one.id().toString()).collect(Collectors.joining(", ")));
    }
    return orphans.size();
  }
}
