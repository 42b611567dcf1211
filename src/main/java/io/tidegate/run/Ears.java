package io.tidegate.run;

import io.tidegate.run.Message.PartialWanted;
import io.tidegate.run.Sessions.Following;
import io.tidegate.run.Sessions.Partial;
import io.vertx.core.Future;
import io.vertx.core.Promise;
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

  /** What is known of a session that is driven elsewhere. */
  private static final class Ear {
    private String owner = "";
    private long told = -1;
    private long head;
    private boolean reading;
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
    shell.time().after(LOOK_MS, this::lookAtAll);
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
      }
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

  private void read(SessionId session, Ear ear) {
    long after;
    synchronized (ear) {
      after = ear.told;
    }
    shell
        .journal()
        .read(session, after, PAGE_BYTES)
        .onFailure(_ -> readNoMore(ear))
        .onSuccess(
            entries -> {
              if (!entries.isEmpty()) {
                followers.heard(session, entries);
              }
              boolean more;
              synchronized (ear) {
                ear.told = entries.isEmpty() ? ear.told : entries.getLast().seq();
                more = !entries.isEmpty() && ear.told < ear.head;
                ear.reading = more;
              }
              if (more) {
                read(session, ear);
              }
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
