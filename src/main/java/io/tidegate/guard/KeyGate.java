package io.tidegate.guard;

import io.tidegate.conversation.ModelFailure;
import io.tidegate.conversation.ModelFailure.Kind;
import io.tidegate.guard.GuardListener.Line;
import io.tidegate.run.Model.Failed;
import io.tidegate.run.Quotas;
import io.tidegate.run.Quotas.Cooled;
import io.tidegate.run.Quotas.Told;
import io.tidegate.run.Time;
import io.vertx.core.AsyncResult;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The line before one model of one provider: whose turn it is gets the key that is least in use and
 * may be used. Only the first of the line asks the quotas, so that however many wait, one question
 * is on its way to them. Any thread may call it.
 */
final class KeyGate {
  private static final long NANOS_PER_MS = 1_000_000;
  private static final int LINE_MOST = 20_000;

  /** Who would have to wait for longer than this because keys cool is told so instead. */
  static final long PATIENCE_MS = 60_000;

  /** How long a key that is not accepted is not used, in milliseconds. */
  private static final long UNACCEPTED_MS = 300_000;

  private final String name;
  private final List<ProviderKey> keys;
  private final Quotas shared;
  private final Quotas alone;
  private final Time time;
  private final DoubleSupplier fraction;
  private final GuardListener listener;
  private final FairLine<Ticket> line = new FairLine<>();
  private boolean asking;
  private Time.@Nullable Timer timer;

  /**
   * @param shared what all replicas count together
   * @param alone what this one counts when the others can't be reached
   */
  KeyGate(
      String name,
      List<ProviderKey> keys,
      Quotas shared,
      Quotas alone,
      Time time,
      DoubleSupplier fraction,
      GuardListener listener) {
    this.name = name;
    this.keys = List.copyOf(keys);
    this.shared = shared;
    this.alone = alone;
    this.time = time;
    this.fraction = fraction;
    this.listener = listener;
  }

  /** A place in the line, and then a key. */
  final class Ticket {
    private final String tenant;
    private final LongSupplier tokens;
    private final IntConsumer go;
    private final Consumer<Failed> refused;
    private final Caller caller = Caller.current();
    private final long from = time.nanos();
    private @Nullable ProviderKey key;
    private long put;
    private boolean over;

    private Ticket(String tenant, LongSupplier tokens, IntConsumer go, Consumer<Failed> refused) {
      this.tenant = tenant;
      this.tokens = tokens;
      this.go = go;
      this.refused = refused;
    }

    /** The provider said how much is left to the key. */
    void told(Told told) {
      KeyGate.this.told(this, told);
    }

    /** The question is over; null for a failure if it went well, and for tokens if unknown. */
    void close(@Nullable ModelFailure failure, @Nullable Long used) {
      end(this, failure, used);
    }
  }

  /**
   * Comes to the line.
   *
   * @param tokens how many it may need; not asked for if none of the keys has limits
   * @param go gets the index of the key to be used, at once or later on the caller's context
   * @param refused hears why there will be none
   * @return empty if the line is full
   */
  Optional<Ticket> enter(
      String tenant, LongSupplier tokens, IntConsumer go, Consumer<Failed> refused) {
    var ticket = new Ticket(tenant, tokens, go, refused);
    boolean waits;
    synchronized (this) {
      if (line.size() >= LINE_MOST) {
        return Optional.empty();
      }
      var key = line.size() == 0 ? usable() : null;
      if (key == null || key.counted(now())) {
        waits = true;
        line.add(tenant, ticket);
      } else {
        waits = false;
        give(ticket, key);
      }
    }
    if (waits) {
      listener.waiting(name, Line.RATE_LIMIT, 1);
      pump();
    } else {
      go.accept(keyOf(ticket));
    }
    return Optional.of(ticket);
  }

  private static int keyOf(Ticket ticket) {
    return ticket.key == null ? 0 : ticket.key.index();
  }

  private void give(Ticket ticket, ProviderKey key) {
    key.taken();
    ticket.key = key;
    ticket.put = now();
  }

  /** How long every key cools yet, in milliseconds; 0 if one may be used. */
  synchronized long coolingMs() {
    long now = now();
    return keys.stream().mapToLong(key -> key.coolingMs(now)).min().orElse(0);
  }

  private long now() {
    return time.nanos() / NANOS_PER_MS;
  }

  private @Nullable ProviderKey usable() {
    long now = now();
    return keys.stream()
        .filter(key -> key.usable(now))
        .min(Comparator.comparingInt(ProviderKey::inFlight))
        .orElse(null);
  }

  /** Lets go who may, asks the quotas for the first of the rest, or waits. */
  private void pump() {
    var then = new ArrayList<Runnable>();
    synchronized (this) {
      pump(then);
    }
    then.forEach(Runnable::run);
  }

  private void pump(List<Runnable> then) {
    for (var first = line.first(); first != null && !asking; first = line.first()) {
      var key = usable();
      if (key == null) {
        waitForKey(then);
        return;
      }
      if (key.counted(now())) {
        asking = true;
        var head = first;
        then.add(() -> ask(head, key));
      } else {
        line.remove(first.tenant, first);
        give(first, key);
        then.add(leaving(first));
      }
    }
  }

  private void ask(Ticket ticket, ProviderKey key) {
    shared
        .take(key.quota(), key.rates(), ticket.tokens.getAsLong())
        .recover(_ -> alone.take(key.quota(), key.rates(), ticket.tokens.getAsLong()))
        .onComplete(answer -> answered(ticket, key, answer));
  }

  private void answered(Ticket ticket, ProviderKey key, AsyncResult<Long> answer) {
    var then = new ArrayList<Runnable>();
    synchronized (this) {
      asking = false;
      long waitMs = answer.succeeded() ? answer.result() : 0;
      if (waitMs > 0) {
        key.waitUntil(now() + waitMs);
      } else if (line.remove(ticket.tenant, ticket)) {
        give(ticket, key);
        then.add(leaving(ticket));
      } else {
        then.add(() -> shared.correct(key.quota(), -ticket.tokens.getAsLong()));
      }
      pump(then);
    }
    then.forEach(Runnable::run);
  }

  private Runnable leaving(Ticket ticket) {
    return () -> {
      listener.waiting(name, Line.RATE_LIMIT, -1);
      listener.waited(name, Line.RATE_LIMIT, time.nanos() - ticket.from);
      ticket.caller.run(() -> ticket.go.accept(keyOf(ticket)));
    };
  }

  /** A key that is only in use comes free by itself; one that cools or waits needs a timer. */
  private void waitForKey(List<Runnable> then) {
    long now = now();
    boolean cold = keys.stream().allMatch(key -> key.coolingMs(now) > PATIENCE_MS);
    if (cold) {
      refuseAll(then);
      return;
    }
    keys.stream()
        .mapToLong(ProviderKey::next)
        .filter(next -> next > now)
        .min()
        .ifPresent(next -> wakeIn(next - now));
  }

  private void wakeIn(long ms) {
    if (timer != null) {
      timer.cancel();
    }
    timer = time.after(Math.max(1, ms), this::pump);
  }

  private void refuseAll(List<Runnable> then) {
    var key = keys.stream().min(Comparator.comparingLong(ProviderKey::next)).orElseThrow();
    var why = Unasked.cooling(name, key.why(), key.coolingMs(now()));
    for (var one = line.first(); one != null; one = line.first()) {
      line.remove(one.tenant, one);
      var ticket = one;
      then.add(
          () -> {
            listener.waiting(name, Line.RATE_LIMIT, -1);
            ticket.caller.run(() -> ticket.refused.accept(why));
          });
    }
  }

  private void told(Ticket ticket, Told told) {
    var key = ticket.key;
    boolean worthIt;
    synchronized (this) {
      worthIt = key != null && key.learn(told, now());
    }
    if (worthIt && key != null) {
      shared.learn(key.quota(), told).onFailure(_ -> alone.learn(key.quota(), told));
    }
  }

  private void end(Ticket ticket, @Nullable ModelFailure failure, @Nullable Long used) {
    var then = new ArrayList<Runnable>();
    synchronized (this) {
      if (ticket.over) {
        return;
      }
      ticket.over = true;
      var key = ticket.key;
      if (key == null) {
        if (line.remove(ticket.tenant, ticket)) {
          then.add(() -> listener.waiting(name, Line.RATE_LIMIT, -1));
        }
      } else {
        key.back();
        judge(ticket, key, failure, then);
        if (used != null && key.counted(now())) {
          then.add(() -> shared.correct(key.quota(), used - ticket.tokens.getAsLong()));
        }
      }
      pump(then);
    }
    then.forEach(Runnable::run);
  }

  private void judge(
      Ticket ticket, ProviderKey key, @Nullable ModelFailure failure, List<Runnable> then) {
    if (failure == null) {
      key.wentWell(ticket.put);
    } else if (failure.kind() == Kind.RATE_LIMITED) {
      long ms = key.refused(failure.retryAfterMs(), fraction.getAsDouble(), now());
      cool(key, key.quota(), Kind.RATE_LIMITED, ms, then);
    } else if (failure.kind() == Kind.UNAUTHORIZED && keys.size() > 1) {
      cool(key, key.account(), Kind.UNAUTHORIZED, UNACCEPTED_MS, then);
    }
  }

  private void cool(ProviderKey key, String what, Kind why, long ms, List<Runnable> then) {
    key.cool(why, ms, now());
    then.add(() -> listener.cooled(name, why));
    then.add(() -> shared.cool(what, ms));
  }

  /** What another replica, or another model's gate, found out. */
  void hear(Cooled cooled) {
    synchronized (this) {
      for (var key : keys) {
        if (key.account().equals(cooled.quota())) {
          key.cool(Kind.UNAUTHORIZED, cooled.ms(), now());
        } else if (key.quota().equals(cooled.quota())) {
          key.cool(Kind.RATE_LIMITED, cooled.ms(), now());
        }
      }
    }
  }
}
