package io.tidegate.testing;

import io.tidegate.run.Message;
import io.tidegate.run.Replicas;
import io.tidegate.run.SessionId;
import io.tidegate.run.Time;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Replicas in one memory: the processes of a test share it. Its futures are complete when it
 * returns them; a message is heard before {@link #tell} returns, on the teller's thread.
 */
public final class InMemoryReplicas implements Replicas {
  private static final long AGAIN_MS = 30_000;

  private final Time time;
  private final InMemoryJournal journal;
  private final Map<String, Long> living = new LinkedHashMap<>();
  private final Set<String> dead = new LinkedHashSet<>();
  private final Map<Left, Long> named = new HashMap<>();
  private final List<Ear> ears = new CopyOnWriteArrayList<>();
  private long looked;
  private boolean deaf;
  private @Nullable RuntimeException broken;

  public InMemoryReplicas(Time time, InMemoryJournal journal) {
    this.time = time;
    this.journal = journal;
  }

  private record Left(String owner, SessionId session) {}

  private record Ear(String incarnation, Consumer<Message> onMessage, Runnable onGap) {}

  /** Makes every operation fail like this from now on; null mends it. */
  public synchronized void breakWith(@Nullable RuntimeException failure) {
    broken = failure;
  }

  /** Loses every message from now on, and nobody notices. */
  public synchronized void loseMessages() {
    deaf = true;
  }

  /** Delivers messages again from now on; everybody who hears is told of a gap. */
  public void reconnect() {
    synchronized (this) {
      deaf = false;
    }
    ears.forEach(ear -> ear.onGap().run());
  }

  @Override
  public Future<Void> enter(String incarnation, long leaseMs) {
    return run(
        () -> {
          if (!dead.contains(incarnation)) {
            living.put(incarnation, time.now() + leaseMs);
          }
          return null;
        });
  }

  @Override
  public Future<Boolean> renew(String incarnation, long leaseMs) {
    return run(() -> living.replace(incarnation, time.now() + leaseMs) != null);
  }

  @Override
  public Future<Void> leave(String incarnation) {
    return run(
        () -> {
          if (living.remove(incarnation) != null) {
            dead.add(incarnation);
          }
          return null;
        });
  }

  @Override
  public Future<List<String>> dead(long leaseMs) {
    return run(
        () -> {
          if (time.now() - looked > leaseMs / 2) {
            living.replaceAll((_, end) -> Math.max(end, time.now() + leaseMs));
          }
          looked = time.now();
          var over = living.keySet().stream().filter(each -> expiry(each) <= time.now()).toList();
          living.keySet().removeAll(over);
          dead.addAll(over);
          return List.copyOf(dead);
        });
  }

  private long expiry(String incarnation) {
    return living.getOrDefault(incarnation, Long.MIN_VALUE);
  }

  @Override
  public Future<List<String>> living() {
    return run(() -> List.copyOf(living.keySet()));
  }

  @Override
  public Future<Boolean> isDead(String incarnation) {
    return run(() -> !living.containsKey(incarnation));
  }

  @Override
  public Future<List<SessionId>> left(String owner, int limit) {
    return run(
        () -> {
          var left = new ArrayList<SessionId>();
          for (var session : journal.ownedBy(owner)) {
            var key = new Left(owner, session);
            if (left.size() < limit && named.getOrDefault(key, 0L) <= time.now()) {
              named.put(key, time.now() + AGAIN_MS);
              left.add(session);
            }
          }
          return List.copyOf(left);
        });
  }

  /** As the real one: who left something that is still under way stays among the dead. */
  @Override
  public Future<Void> bury(String incarnation) {
    return run(
        () -> {
          if (journal.ownedBy(incarnation).isEmpty()) {
            dead.remove(incarnation);
            named.keySet().removeIf(left -> left.owner().equals(incarnation));
          }
          return null;
        });
  }

  @Override
  public Future<Void> tell(String incarnation, Message message) {
    return run(() -> deaf)
        .map(
            lost -> {
              if (!lost) {
                deliver(incarnation, message);
              }
              return null;
            });
  }

  /** Without the lock: who hears may tell something in turn. */
  private void deliver(String incarnation, Message message) {
    for (var ear : ears) {
      if (ear.incarnation().equals(incarnation)) {
        ear.onMessage().accept(message);
      }
    }
  }

  @Override
  public Hearing hear(String incarnation, Consumer<Message> onMessage, Runnable onGap) {
    var ear = new Ear(incarnation, onMessage, onGap);
    ears.add(ear);
    return () -> ears.remove(ear);
  }

  private synchronized <T extends @Nullable Object> Future<T> run(Supplier<T> operation) {
    return broken == null ? Future.succeededFuture(operation.get()) : Future.failedFuture(broken);
  }
}
