package io.tidegate.run;

import io.tidegate.run.Journal.Record;
import io.tidegate.run.Journal.Refused;
import io.tidegate.run.Journal.Unavailable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds sessions that need a process: those that wait in the queue of work, and those of processes
 * that died. Every replica looks, and takes a few at a time as long as it has room: so what one
 * left is spread over the others. One that has no room puts what it finds in line, before all that
 * is new: else new runs would take each place that gets free, and the dead one's would never have
 * their turn.
 */
final class Takeover {
  private static final Logger LOG = LoggerFactory.getLogger(Takeover.class);

  /** The usual pause between two looks, and how many there are in a lease at least. */
  private static final long LOOK_MS = 500;

  private static final long LOOKS = 4;

  /** How many rounds pass between two looks at a queue from which nobody said that work waits. */
  private static final int QUEUE_ROUNDS = 2;

  private static final int AT_ONCE = 32;
  private static final long AGAIN_MS = 1_000;
  private static final int LINGERING_TRIES = 100;
  private static final long LINGERING_MS = 20;

  /** How often a session is tried to which others write in that moment. */
  private static final int TRIES = 5;

  private final Shell shell;
  private final Drivers drivers;
  private final Admission admission;
  private final Lease lease;
  private final AtomicBoolean looking = new AtomicBoolean();
  private final AtomicBoolean taking = new AtomicBoolean();
  private final AtomicBoolean again = new AtomicBoolean();
  private final AtomicInteger rounds = new AtomicInteger();
  private final Set<SessionId> lingering = ConcurrentHashMap.newKeySet();

  Takeover(Shell shell, Drivers drivers, Admission admission, Lease lease) {
    this.shell = shell;
    this.drivers = drivers;
    this.admission = admission;
    this.lease = lease;
  }

  /** Looks from now on, until the process leaves. */
  void begin() {
    shell.time().after(pause(), this::look);
  }

  /**
   * Replicas that began together do not look together. Leases begin anew when nobody looked for
   * half of one, so even one replica that is left alone looks more often than that.
   */
  private long pause() {
    long usual = Math.min(LOOK_MS, shell.replica().leaseMs() / LOOKS);
    return usual / 2 + (long) (shell.ids().fraction() * usual);
  }

  private void look() {
    if (drivers.leaving()) {
      return;
    }
    dead()
        .onComplete(
            _ -> {
              if (rounds.incrementAndGet() % QUEUE_ROUNDS == 0) {
                work();
              }
              admission.say();
              begin();
            });
  }

  // The dead.

  /** Takes up what the dead left. */
  Future<Void> dead() {
    if (!drivers.open() || !looking.compareAndSet(false, true)) {
      return Future.succeededFuture();
    }
    return shell
        .replicas()
        .dead(shell.replica().leaseMs())
        .compose(this::each)
        .onFailure(why -> LOG.warn("it is not known who is dead: {}", why.getMessage()))
        .onComplete(_ -> looking.set(false));
  }

  private Future<Void> each(List<String> dead) {
    return dead.isEmpty()
        ? Future.succeededFuture()
        : left(dead.getFirst()).compose(_ -> each(dead.subList(1, dead.size())));
  }

  private Future<Void> left(String dead) {
    if (!drivers.open()) {
      return Future.succeededFuture();
    }
    int room = Math.min(AT_ONCE, admission.room());
    return shell
        .replicas()
        .left(dead, room == 0 ? AT_ONCE : room)
        .compose(
            sessions -> {
              if (sessions.isEmpty()) {
                return bury(dead);
              }
              var some = room == 0 ? inLine(sessions, dead) : here(sessions, dead, room);
              return some.compose(_ -> left(dead));
            });
  }

  private Future<Void> here(List<SessionId> sessions, String dead, int room) {
    LOG.info("{} is dead: takes over {} of its sessions", dead, sessions.size());
    if (sessions.size() == room) {
      // There is more: the others come and take their part.
      drivers.workWaits();
    }
    return all(sessions, dead);
  }

  /** Whoever has room first takes them; what could not be put in line is named again. */
  private Future<Void> inLine(List<SessionId> sessions, String dead) {
    LOG.info("{} is dead: {} of its sessions wait for room", dead, sessions.size());
    var added =
        sessions.stream()
            .map(session -> shell.queue().add(session, WorkQueue.UNDER_WAY, Integer.MAX_VALUE))
            .toList();
    return Future.join(added).onSuccess(_ -> drivers.workWaits()).mapEmpty();
  }

  private Future<Void> bury(String dead) {
    return shell.queue().forget(dead).compose(_ -> shell.replicas().bury(dead));
  }

  // The queue of work.

  /** Somebody says that work waits, in the queue or with one who died. */
  void called() {
    work();
    dead();
  }

  /** Takes from the queue what there is room for. */
  void work() {
    again.set(true);
    if (!taking.compareAndSet(false, true)) {
      return;
    }
    again.set(false);
    take()
        .onFailure(why -> LOG.warn("no work could be taken: {}", why.getMessage()))
        .onComplete(
            taken -> {
              taking.set(false);
              boolean more = taken.succeeded() && taken.result() > 0;
              if (more || again.get()) {
                work();
              }
            });
  }

  private Future<Integer> take() {
    int room = Math.min(AT_ONCE, admission.room());
    if (room == 0 || !drivers.open()) {
      return Future.succeededFuture(0);
    }
    return admission.taking(
        () ->
            shell
                .queue()
                .take(lease.incarnation(), room, shell.tenants().concurrentRuns())
                .compose(sessions -> all(sessions, "").map(sessions.size())));
  }

  // One session.

  private Future<Void> all(List<SessionId> sessions, String dead) {
    var taken = sessions.stream().map(session -> take(session, dead, 1)).toList();
    return Future.join(taken).transform(_ -> Future.succeededFuture());
  }

  /** Takes a session up if it still needs somebody. */
  private Future<Void> take(SessionId session, String dead, int nth) {
    return find(session)
        .compose(
            record ->
                lingers(record)
                    ? afterIt(session, dead)
                    : needed(record, dead)
                        .compose(
                            needed -> needed == null ? drop(session, dead) : drive(needed, dead)))
        .recover(
            why -> {
              if (why instanceof Refused && nth < TRIES) {
                return take(session, dead, nth + 1);
              }
              LOG.warn("session {} could not be taken up: {}", session, why.getMessage());
              if (why instanceof Unavailable) {
                shell.time().after(AGAIN_MS, () -> take(session, dead, 1));
              }
              return Future.failedFuture(why);
            });
  }

  /** Whether a driver of this process has the session that is not, or no longer, its own. */
  private boolean lingers(@Nullable Record record) {
    return record != null
        && record.status().busy()
        && record.owner().isEmpty()
        && drivers.has(record.id());
  }

  /**
   * A run came to rest here, and was woken before its driver was gone: it goes, and is taken anew.
   * What was found together with it does not wait for it.
   */
  private Future<Void> afterIt(SessionId session, String dead) {
    if (lingering.add(session)) {
      admission.taking(
          () ->
              gone(session, 1)
                  .compose(gone -> gone ? take(session, dead, 1) : Future.succeededFuture())
                  .onComplete(_ -> lingering.remove(session)));
    }
    return Future.succeededFuture();
  }

  /** Waits for the driver to go, and lets it look at what others added; not for ever. */
  private Future<Boolean> gone(SessionId session, int nth) {
    return find(session)
        .compose(
            record -> {
              if (!lingers(record) || nth > LINGERING_TRIES) {
                return Future.succeededFuture(nth <= LINGERING_TRIES);
              }
              var driver = drivers.find(session);
              if (driver != null) {
                driver.later(() -> driver.hearFacts(Long.MAX_VALUE, 0));
              }
              var pause = Promise.<Void>promise();
              shell.time().after(LINGERING_MS, pause::complete);
              return pause.future().compose(_ -> gone(session, nth + 1));
            });
  }

  private Future<Void> drive(Record needed, String dead) {
    var session = needed.id();
    var owner = needed.owner();
    boolean anothers = !owner.isEmpty() && !owner.equals(lease.incarnation());
    boolean takenOver = anothers && !drivers.has(session);
    return drivers
        .take(needed)
        .onSuccess(driver -> driver.later(driver::settle))
        .onSuccess(_ -> told(takenOver))
        .compose(_ -> find(session))
        .compose(
            now ->
                // A driver that was there already may have known the session at rest alone.
                lingers(now) ? afterIt(session, dead) : shell.queue().started(session));
  }

  private void told(boolean takenOver) {
    if (takenOver) {
      shell.listener().takenOver(1);
    }
  }

  /** Whoever puts a session in line does so before it needs somebody: by now it may. */
  private Future<Void> drop(SessionId session, String dead) {
    return shell
        .queue()
        .started(session)
        .compose(_ -> find(session))
        .compose(
            record ->
                lingers(record)
                    ? shell
                        .queue()
                        .add(session, WorkQueue.UNDER_WAY, Integer.MAX_VALUE)
                        .compose(_ -> afterIt(session, dead))
                    : needed(record, dead)
                        .compose(
                            needed ->
                                needed == null ? Future.succeededFuture() : drive(needed, dead)));
  }

  private Future<@Nullable Record> find(SessionId session) {
    return shell.journal().find(session);
  }

  /** The record if nobody alive drives the session, else null. */
  private Future<@Nullable Record> needed(@Nullable Record record, String dead) {
    if (record == null || !record.status().busy() || drivers.find(record.id()) != null) {
      return Future.succeededFuture();
    }
    var owner = record.owner();
    if (owner.isEmpty() || owner.equals(dead) || owner.equals(lease.incarnation())) {
      return Future.succeededFuture(record);
    }
    return shell.replicas().isDead(owner).map(isDead -> isDead ? record : null);
  }
}
