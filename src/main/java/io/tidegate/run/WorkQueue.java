package io.tidegate.run;

import io.vertx.core.Future;
import java.util.List;
import java.util.Map;

/**
 * The sessions that wait for a process to drive them, whichever has room first: new runs above what
 * the replicas take on, sessions that a replica handed over, and those of replicas that died. By
 * priority, then in turn between tenants, then by age.
 *
 * <p>It also counts what each tenant has running, so that limits hold over all replicas. It is a
 * hint like all that spans sessions: whoever takes a session looks at its record.
 */
public interface WorkQueue {
  /** The priority of what was under way already: it goes before all that is new. */
  int UNDER_WAY = 10;

  /** The priority of a run whose caller names none; they go from 0 to 9, the highest first. */
  int USUAL = 5;

  /**
   * Puts a session in line; harmless if it is there already.
   *
   * @param most how many sessions may wait in all; those with {@link #UNDER_WAY} always may
   * @return false if the queue is full
   */
  Future<Boolean> add(SessionId session, int priority, int most);

  /**
   * Takes up to {@code limit} sessions that their tenants' limits allow, and counts them as running
   * for the taker's tenants. One that is taken and not {@link #started} comes back half a minute
   * later.
   *
   * @param limits how many runs the named tenants may have running; others have no limit
   */
  Future<List<SessionId>> take(String taker, int limit, Map<String, Integer> limits);

  /** The session has found its process, or needs none: it waits no longer. */
  Future<Void> started(SessionId session);

  /** How many sessions wait. */
  Future<Long> size();

  /**
   * Counts one more run of the tenant as running at the incarnation, unless that is over the limit;
   * then false.
   */
  Future<Boolean> enter(String tenant, String incarnation, int limit);

  /**
   * Says how many runs of each tenant the incarnation has running: what it does not name it has
   * none of. Sent from time to time, so that a count which went wrong mends itself.
   */
  Future<Void> count(String incarnation, Map<String, Integer> running);

  /** Forgets what a dead incarnation had running. */
  Future<Void> forget(String incarnation);
}
