package io.tidegate.run;

import io.vertx.core.Future;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This process's place among the living. It is prolonged from time to time, once for all sessions;
 * whether it holds is asked before anything is done to the world.
 *
 * <p>Its end is reckoned from before the renewal was sent, on a clock that nobody sets: so it is
 * over here before it is over for others. What remains is the moment between the question and the
 * deed; a deed of that moment has its intent in the journal, which whoever takes over reads.
 */
final class Lease {
  private static final Logger LOG = LoggerFactory.getLogger(Lease.class);

  /** Renewals that may fail in a row before the lease is over. */
  private static final int RENEWALS = 5;

  private static final long ENTER_AGAIN_MS = 250;

  private final Replicas replicas;
  private final Time time;
  private final Ids ids;
  private final long leaseMs;
  private final Life life;
  private volatile String incarnation = "";
  private volatile long endNanos;
  private volatile boolean alive;
  private volatile boolean over;
  private Time.Timer timer = () -> {};

  /** What begins and ends with an incarnation. */
  interface Life {
    /** A new incarnation lives. */
    void begins(String incarnation);

    /** It was declared dead: what it was driving is for others. */
    void ends(String incarnation);
  }

  Lease(Shell shell, Life life) {
    this.replicas = shell.replicas();
    this.time = shell.time();
    this.ids = shell.ids();
    this.leaseMs = shell.replica().leaseMs();
    this.life = life;
  }

  /** Begins to live; completes when others know. Called once, and first. */
  Future<Void> enter() {
    var name = ids.session();
    long from = time.nanos();
    return replicas.enter(name, leaseMs).onSuccess(_ -> entered(name, from)).mapEmpty();
  }

  private void entered(String name, long from) {
    if (over) {
      replicas.leave(name);
      return;
    }
    incarnation = name;
    prolong(from);
    alive = true;
    life.begins(name);
    renewLater();
  }

  private void prolong(long from) {
    endNanos = from + TimeUnit.MILLISECONDS.toNanos(leaseMs);
  }

  /** The name of this life. */
  String incarnation() {
    return incarnation;
  }

  /** Whether others take this process for dead, or it has not begun to live. */
  boolean alive() {
    return alive;
  }

  /** Whether that life of this process goes on, as far as it has heard. */
  boolean goesOn(String life) {
    return alive && incarnation.equals(life);
  }

  /** Whether nobody can have taken anything from that life of this process. */
  boolean holds(String life) {
    return goesOn(life) && time.nanos() - endNanos < 0;
  }

  private void renewLater() {
    timer = time.after(leaseMs / RENEWALS, this::renew);
  }

  private void renew() {
    if (over) {
      return;
    }
    var name = incarnation;
    long from = time.nanos();
    replicas
        .renew(name, leaseMs)
        .onSuccess(lives -> renewed(name, from, lives))
        .onFailure(
            why -> {
              LOG.warn("the lease could not be renewed: {}", why.getMessage());
              renewLater();
            });
  }

  private void renewed(String name, long from, boolean lives) {
    if (over) {
      return;
    }
    if (lives) {
      prolong(from);
      renewLater();
      return;
    }
    LOG.error("this process was silent for so long that others took it for dead");
    alive = false;
    life.ends(name);
    enterAgain();
  }

  private void enterAgain() {
    if (!over) {
      enter().onFailure(_ -> timer = time.after(ENTER_AGAIN_MS, this::enterAgain));
    }
  }

  /** Ends the lease: others need not wait until it runs out. */
  Future<Void> leave() {
    over = true;
    timer.cancel();
    boolean was = alive;
    alive = false;
    return was ? replicas.leave(incarnation) : Future.succeededFuture();
  }
}
