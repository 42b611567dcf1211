package io.tidegate.testing;

import static java.util.Comparator.comparingLong;

import io.tidegate.run.SessionId;
import io.tidegate.run.Time;
import io.tidegate.run.WorkQueue;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A queue in memory that the processes of a test share. Its futures are complete when it returns
 * them.
 */
public final class InMemoryWorkQueue implements WorkQueue {
  private static final long BACK_MS = 30_000;

  private final Time time;
  private final Map<SessionId, Waiting> waiting = new LinkedHashMap<>();
  private final Map<String, Long> served = new HashMap<>();
  private final Map<String, Map<String, Integer>> running = new HashMap<>();
  private long arrivals;
  private long turns;
  private @Nullable RuntimeException broken;

  public InMemoryWorkQueue(Time time) {
    this.time = time;
  }

  /**
   * A session that waits.
   *
   * @param from the time from which it may be taken
   */
  private record Waiting(SessionId session, int priority, long order, long from) {}

  /** Makes every operation fail like this from now on; null mends it. */
  public synchronized void breakWith(@Nullable RuntimeException failure) {
    broken = failure;
  }

  /** How many runs of the tenant are counted as running, at all incarnations together. */
  public synchronized int running(String tenant) {
    return running.values().stream().mapToInt(counts -> counts.getOrDefault(tenant, 0)).sum();
  }

  @Override
  public Future<Boolean> add(SessionId session, int priority, int most) {
    return run(
        () -> {
          var known = waiting.get(session);
          if (known != null) {
            int higher = Math.max(known.priority(), priority);
            waiting.put(session, new Waiting(session, higher, known.order(), known.from()));
            return true;
          }
          if (priority < UNDER_WAY && waiting.size() >= most) {
            return false;
          }
          waiting.put(session, new Waiting(session, priority, arrivals++, 0));
          return true;
        });
  }

  @Override
  public Future<List<SessionId>> take(String taker, int limit, Map<String, Integer> limits) {
    return run(
        () -> {
          var taken = new ArrayList<SessionId>();
          for (var next = next(limits);
              next.isPresent() && taken.size() < limit;
              next = next(limits)) {
            take(taker, next.get());
            taken.add(next.get().session());
          }
          return List.copyOf(taken);
        });
  }

  private Optional<Waiting> next(Map<String, Integer> limits) {
    return waiting.values().stream()
        .filter(each -> each.from() <= time.now())
        .filter(
            each -> running(tenant(each)) < limits.getOrDefault(tenant(each), Integer.MAX_VALUE))
        .min(
            Comparator.<Waiting>comparingInt(each -> -each.priority())
                .thenComparing(comparingLong(each -> served.getOrDefault(tenant(each), 0L)))
                .thenComparing(comparingLong(Waiting::order)));
  }

  private void take(String taker, Waiting taken) {
    served.put(tenant(taken), ++turns);
    enter(taker, tenant(taken));
    waiting.put(
        taken.session(),
        new Waiting(taken.session(), taken.priority(), taken.order(), time.now() + BACK_MS));
  }

  private static String tenant(Waiting each) {
    return each.session().tenant();
  }

  private void enter(String incarnation, String tenant) {
    running.computeIfAbsent(incarnation, _ -> new HashMap<>()).merge(tenant, 1, Integer::sum);
  }

  @Override
  public Future<Void> started(SessionId session) {
    return run(
        () -> {
          waiting.remove(session);
          return null;
        });
  }

  @Override
  public Future<Long> size() {
    return run(() -> (long) waiting.size());
  }

  @Override
  public Future<Boolean> enter(String tenant, String incarnation, int limit) {
    return run(
        () -> {
          if (running(tenant) >= limit) {
            return false;
          }
          enter(incarnation, tenant);
          return true;
        });
  }

  @Override
  public Future<Void> count(String incarnation, Map<String, Integer> counts) {
    return run(
        () -> {
          running.put(incarnation, new HashMap<>(counts));
          return null;
        });
  }

  @Override
  public Future<Void> forget(String incarnation) {
    return run(
        () -> {
          running.remove(incarnation);
          return null;
        });
  }

  private synchronized <T extends @Nullable Object> Future<T> run(Supplier<T> operation) {
    return broken == null ? Future.succeededFuture(operation.get()) : Future.failedFuture(broken);
  }
}
