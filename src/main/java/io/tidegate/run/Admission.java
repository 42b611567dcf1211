package io.tidegate.run;

import io.vertx.core.Future;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * How much more this process takes on: a bound of its own, and the tenants' limits over all
 * replicas.
 */
final class Admission {
  private final Shell shell;
  private final Lease lease;
  private final AtomicLong active = new AtomicLong();
  private final AtomicInteger taking = new AtomicInteger();
  private final Map<String, Integer> running = new HashMap<>();
  private volatile Runnable onRoom = () -> {};

  Admission(Shell shell, Lease lease) {
    this.shell = shell;
    this.lease = lease;
  }

  /** How many more sessions may be driven here. */
  int room() {
    return (int) Math.max(0, shell.limits().activeRuns() - active.get());
  }

  /**
   * Asks to begin a run here. If it may, {@link #left} is called for it at its end, as for each
   * {@link #entered}.
   */
  Future<Boolean> enter(String tenant) {
    int most = shell.limits().activeRuns();
    if (active.getAndUpdate(now -> now < most ? now + 1 : now) >= most) {
      return Future.succeededFuture(false);
    }
    change(tenant, 1);
    var limit = shell.tenants().concurrentRuns().get(tenant);
    if (limit == null) {
      return Future.succeededFuture(true);
    }
    return shell
        .queue()
        .enter(tenant, lease.incarnation(), limit)
        .onFailure(_ -> left(tenant))
        .onSuccess(
            may -> {
              if (!may) {
                left(tenant);
              }
            });
  }

  /** A session of the tenant is driven here. */
  void entered(String tenant) {
    active.incrementAndGet();
    change(tenant, 1);
  }

  void left(String tenant) {
    boolean wasFull = active.getAndDecrement() >= shell.limits().activeRuns();
    if (shell.tenants().concurrentRuns().containsKey(tenant)) {
      change(tenant, -1);
      say().onComplete(_ -> onRoom.run());
    } else if (wasFull) {
      onRoom.run();
    }
  }

  /** Runs the task each time that a run may begin which could not before. */
  void whenRoom(Runnable task) {
    onRoom = task;
  }

  private void change(String tenant, int by) {
    if (shell.tenants().concurrentRuns().containsKey(tenant)) {
      synchronized (running) {
        running.put(tenant, running.getOrDefault(tenant, 0) + by);
      }
    }
  }

  /**
   * Takes work that the queue counts as running here from then on; what is said meanwhile would not
   * have it, and is said after it.
   */
  <T> Future<T> taking(Supplier<Future<T>> work) {
    taking.incrementAndGet();
    return work.get()
        .onComplete(
            _ -> {
              if (taking.decrementAndGet() == 0) {
                say();
              }
            });
  }

  /** Says how many runs each limited tenant has here, so that counts which went wrong mend. */
  Future<Void> say() {
    if (shell.tenants().concurrentRuns().isEmpty() || taking.get() > 0 || !lease.alive()) {
      return Future.succeededFuture();
    }
    Map<String, Integer> now;
    synchronized (running) {
      now = Map.copyOf(running);
    }
    return shell.queue().count(lease.incarnation(), now);
  }
}
