package io.tidegate.run;

import io.tidegate.loop.Entry;
import io.tidegate.run.Message.PartialWanted;
import io.tidegate.run.Sessions.Following;
import io.tidegate.run.Sessions.Partial;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows sessions for clients of this process, wherever they are driven. That somebody listens
 * here is noted with the session, so that each new owner finds it, and told to the owner there is.
 * What is told only says how far the log reaches: entries are read from the journal, and from time
 * to time the log is looked at even if nobody said anything.
 */
final class Ears {
  private static final Logger LOG = LoggerFactory.getLogger(Ears.class);
  private static final long LOOK_MS = 5_000;
  private static final long PARTIAL_MS = 1_000;
  private static final int PAGE_BYTES = 1 << 18;

  private final Shell shell;
  private final Followers followers;
  private final Neighbours neighbours;
  private final Predicate<SessionId> drivenHere;
  private final Map<SessionId, Ear> ears = new ConcurrentHashMap<>();
  private final Map<Long, Promise<@Nullable Partial>> asked = new ConcurrentHashMap<>();
  private final AtomicLong tickets = new AtomicLong();
  private volatile Time.Timer timer = () -> {};
  private volatile boolean over;

  /** What is known of a session that is driven elsewhere. */
  private static final class Ear {
    private String owner = "";
    private long told = -1;
    private long head;
    private long generation;
    private @Nullable Entry last;
    private boolean reading;

    /** Goes back to where the store has lost what was told. */
    private void rewind(Journal.Record record) {
      if (record.generation() > generation) {
        told = record.kept(generation, told);
        generation = record.generation();
        head = record.head();
        last = null;
      }
    }
  }

  Ears(Shell shell, Followers followers, Neighbours neighbours, Predicate<SessionId> drivenHere) {
    this.shell = shell;
    this.followers = followers;
    this.neighbours = neighbours;
    this.drivenHere = drivenHere;
  }

  Following follow(SessionId session, RunListener listener) {
    var following = followers.follow(session, listener);
    if (!drivenHere.test(session)) {
      look(session);
    }
    return following;
  }

  /** Begins to look at all that is followed, from time to time. */
  void begin() {
    timer = shell.time().after(LOOK_MS, this::lookAtAll);
    if (over) {
      timer.cancel();
    }
  }

  /** Looks no more. */
  void end() {
    over = true;
    timer.cancel();
  }

  private void lookAtAll() {
    ears.keySet().removeIf(session -> !followers.follows(session));
    followers.sessions().stream().filter(drivenHere.negate()).forEach(this::look);
    begin();
  }

  private void look(SessionId session) {
    shell
        .journal()
        .listen(session, neighbours.me(), 4 * LOOK_MS)
        .onSuccess(record -> seen(session, record))
        .onFailure(why -> LOG.debug("{} is not listened to: {}", session, why.getMessage()));
  }

  private void seen(SessionId session, Journal.@Nullable Record record) {
    if (record == null || !followers.follows(session)) {
      return;
    }
    var ear = ears.computeIfAbsent(session, _ -> new Ear());
    synchronized (ear) {
      ear.owner = record.owner();
      if (ear.told < 0) {
        // Who follows may have read the journal before this; the last entry shows what is missing.
        ear.told = Math.max(0, record.head() - 1);
        ear.generation = record.generation();
      }
      ear.rewind(record);
    }
    if (!drivenHere.test(session) && record.status().busy()) {
      neighbours.tell(record.owner(), new Message.Listens(session, neighbours.me()));
    }
    grew(session, record.head());
  }

  /** The log reaches to that seq: followers are told what is new to them. */
  void grew(SessionId session, long head) {
    var ear = ears.get(session);
    if (ear == null) {
      return;
    }
    synchronized (ear) {
      ear.head = Math.max(ear.head, head);
      if (ear.told < 0 || ear.head <= ear.told || ear.reading) {
        return;
      }
      ear.reading = true;
    }
    read(session, ear);
  }

  /** Reads the last entry that was told once more: if it is another, the store has lost it. */
  private void read(SessionId session, Ear ear) {
    long after;
    long generation;
    synchronized (ear) {
      after = ear.last == null ? ear.told : ear.told - 1;
      generation = ear.generation;
    }
    shell
        .journal()
        .read(session, after, PAGE_BYTES)
        .onFailure(_ -> readNoMore(ear))
        .onSuccess(entries -> hasRead(session, ear, generation, entries));
  }

  private void hasRead(SessionId session, Ear ear, long generation, List<Entry> entries) {
    List<Entry> fresh;
    synchronized (ear) {
      var last = ear.last;
      if (ear.generation != generation) {
        fresh = List.of();
      } else if (last == null || entries.isEmpty()) {
        fresh = entries;
      } else if (entries.getFirst().equals(last)) {
        fresh = entries.subList(1, entries.size());
      } else {
        findAgain(session, ear);
        return;
      }
    }
    if (!fresh.isEmpty()) {
      followers.heard(session, fresh);
    }
    boolean more;
    synchronized (ear) {
      if (!fresh.isEmpty()) {
        ear.last = fresh.getLast();
        ear.told = fresh.getLast().seq();
      }
      more = ear.told < ear.head && (!fresh.isEmpty() || ear.generation != generation);
      ear.reading = more;
    }
    if (more) {
      read(session, ear);
    }
  }

  private void findAgain(SessionId session, Ear ear) {
    shell
        .journal()
        .find(session)
        .onComplete(
            found -> {
              synchronized (ear) {
                ear.reading = false;
                if (found.failed() || found.result() == null) {
                  return;
                }
                ear.rewind(found.result());
              }
              grew(session, found.result().head());
            });
  }

  private static void readNoMore(Ear ear) {
    synchronized (ear) {
      ear.reading = false;
    }
  }

  void said(Message.Said said) {
    followers.delta(said.session(), said.delta());
  }

  /** What the owner has of the reply that is being streamed; null if it does not answer. */
  Future<@Nullable Partial> partial(SessionId session) {
    var ear = ears.get(session);
    if (ear == null) {
      return shell
          .journal()
          .find(session)
          .compose(
              record ->
                  record == null || !record.status().busy()
                      ? Future.succeededFuture()
                      : partial(session, record.owner()));
    }
    String owner;
    synchronized (ear) {
      owner = ear.owner;
    }
    return partial(session, owner);
  }

  private Future<@Nullable Partial> partial(SessionId session, String owner) {
    if (owner.isEmpty() || owner.equals(neighbours.me())) {
      return Future.succeededFuture();
    }
    long ticket = tickets.incrementAndGet();
    var promise = Promise.<@Nullable Partial>promise();
    asked.put(ticket, promise);
    neighbours.tell(owner, new PartialWanted(session, neighbours.me(), ticket));
    return promise
        .future()
        .timeout(PARTIAL_MS, TimeUnit.MILLISECONDS)
        .otherwiseEmpty()
        .onComplete(_ -> asked.remove(ticket));
  }

  void given(Message.PartialGiven given) {
    var promise = asked.remove(given.ticket());
    if (promise != null) {
      promise.tryComplete(given.partial());
    }
  }
}
