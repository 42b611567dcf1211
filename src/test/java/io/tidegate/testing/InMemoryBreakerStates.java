package io.tidegate.testing;

import io.tidegate.run.BreakerStates;
import io.tidegate.run.Journal;
import io.tidegate.run.Time;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** What replicas share about breakers, without a Redis; it can be taken away. */
public final class InMemoryBreakerStates implements BreakerStates {
  private final Time time;
  private final Map<String, Shared> byName = new HashMap<>();
  private final List<Consumer<News>> listeners = new ArrayList<>();
  private long openings;
  private boolean gone;
  private int asked;

  private static final class Shared {
    private long opening;
    private long until;
    private boolean closed;
    private int passed;
    private final Set<String> out = new HashSet<>();
    private int ids;
  }

  public InMemoryBreakerStates(Time time) {
    this.time = time;
  }

  /** From now on nothing answers, or all does again. */
  public void gone(boolean now) {
    gone = now;
  }

  /** How often somebody wanted to probe. */
  public int asked() {
    return asked;
  }

  private <T> Future<T> answer(Supplier<T> what) {
    return gone
        ? Future.failedFuture(new Journal.Unavailable("gone", null))
        : Future.succeededFuture(what.get());
  }

  @Override
  public Future<Long> open(String name, long ms) {
    return answer(
        () -> {
          var shared = new Shared();
          shared.opening = ++openings;
          shared.until = time.now() + ms;
          byName.put(name, shared);
          tell(new News(name, shared.opening, ms));
          return shared.opening;
        });
  }

  @Override
  public Future<Probe> probe(String name, int max, long leaseMs) {
    asked++;
    return answer(
        () -> {
          var shared = byName.get(name);
          if (shared == null || shared.closed) {
            return new Probe.Unknown();
          }
          if (shared.until > time.now()) {
            return new Probe.Refused(shared.until - time.now());
          }
          if (shared.out.size() + shared.passed >= max) {
            return new Probe.Refused(0);
          }
          var id = shared.opening + ":" + ++shared.ids;
          shared.out.add(id);
          return new Probe.Granted(id);
        });
  }

  @Override
  public Future<Void> passed(String name, String probe, int needed) {
    return answer(
        () -> {
          var shared = byName.get(name);
          if (shared != null && shared.out.remove(probe) && ++shared.passed >= needed) {
            shared.closed = true;
            tell(new News(name, shared.opening, -1));
          }
          return null;
        });
  }

  @Override
  public Future<Void> giveBack(String name, String probe) {
    return answer(
        () -> {
          var shared = byName.get(name);
          if (shared != null) {
            shared.out.remove(probe);
          }
          return null;
        });
  }

  @Override
  public Future<News> look(String name) {
    return answer(
        () -> {
          var shared = byName.get(name);
          if (shared == null) {
            return new News(name, 0, -1);
          }
          return new News(
              name, shared.opening, shared.closed ? -1 : Math.max(0, shared.until - time.now()));
        });
  }

  @Override
  public Runnable hear(Consumer<News> onNews, Runnable onGap) {
    listeners.add(onNews);
    return () -> listeners.remove(onNews);
  }

  private void tell(News news) {
    List.copyOf(listeners).forEach(listener -> listener.accept(news));
  }
}
