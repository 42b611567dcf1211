package io.tidegate.run;

import io.vertx.core.Future;
import java.util.List;
import java.util.function.Consumer;

/**
 * The processes that share one journal: which of them live, and what they tell each other.
 *
 * <p>A process lives in incarnations. Each has a lease, by the clock of whatever keeps the leases;
 * one whose lease ran out may be declared dead by any other, is then dead for good, and what it was
 * writing is up for others. A lease that ran out though nobody has declared its holder dead can
 * still be renewed: until then nothing was taken from it.
 */
public interface Replicas {

  /**
   * Enters a new incarnation among the living.
   *
   * @param incarnation a name that was never used before
   * @param leaseMs how long it lives without being renewed, in milliseconds
   */
  Future<Void> enter(String incarnation, long leaseMs);

  /** Prolongs the lease from now on; false if the incarnation is dead and must give up all. */
  Future<Boolean> renew(String incarnation, long leaseMs);

  /** Ends the lease: the incarnation is dead, with all that it was writing. */
  Future<Void> leave(String incarnation);

  /**
   * Declares dead all whose leases ran out, and names every dead one that is not buried yet. Time
   * in which nobody looked does not count: if that was half a lease or more, all leases begin anew.
   *
   * @param leaseMs how long leases are, in milliseconds
   */
  Future<List<String>> dead(long leaseMs);

  /** Those that live, or whose lease ran out without anybody having declared them dead. */
  Future<List<String>> living();

  /** Whether the incarnation does not live, and never will. */
  Future<Boolean> isDead(String incarnation);

  /**
   * Sessions that a dead incarnation left under way, some of them. One that is named is named again
   * half a minute later, until it is under way elsewhere, at rest or gone.
   */
  Future<List<SessionId>> left(String dead, int limit);

  /** Forgets a dead incarnation that left nothing more. */
  Future<Void> bury(String dead);

  /** Tells a living incarnation something; it may get lost, and so may be said to nobody. */
  Future<Void> tell(String incarnation, Message message);

  /**
   * Hears what is told to an incarnation from now on, on any context.
   *
   * @param onGap called when messages may have been missed: each time that the connection which
   *     brings them is up again after it was not
   */
  Hearing hear(String incarnation, Consumer<Message> onMessage, Runnable onGap);

  /** An ear. */
  interface Hearing {
    void close();
  }
}
