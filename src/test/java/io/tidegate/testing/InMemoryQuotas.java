package io.tidegate.testing;

import io.tidegate.run.Journal;
import io.tidegate.run.Quotas;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/** Quotas that say what the test wants, and note what they were told. */
public final class InMemoryQuotas implements Quotas {
  private final Deque<Long> waits = new ArrayDeque<>();
  private final List<String> told = new ArrayList<>();
  private final List<Consumer<Cooled>> listeners = new ArrayList<>();
  private boolean gone;
  private int takes;

  /** From now on nothing answers, or all does again. */
  public void gone(boolean now) {
    gone = now;
  }

  /** The next who want to take something are to wait so long, in their order. */
  public void makeWait(long... ms) {
    for (long one : ms) {
      waits.add(one);
    }
  }

  /** How often something was to be taken. */
  public int takes() {
    return takes;
  }

  /** What was told, as sentences. */
  public List<String> told() {
    return told;
  }

  private <T> Future<T> answer(T value) {
    return gone
        ? Future.failedFuture(new Journal.Unavailable("gone", null))
        : Future.succeededFuture(value);
  }

  @Override
  public Future<Long> take(String quota, Rates rates, long tokens) {
    takes++;
    Long wait = waits.poll();
    return answer(wait == null ? 0 : wait);
  }

  @Override
  public Future<Void> correct(String quota, long tokens) {
    told.add("correct " + quota + " " + tokens);
    return answer(null);
  }

  @Override
  public Future<Void> learn(String quota, Told level) {
    told.add("learn " + quota + " " + level.requests().left());
    return answer(null);
  }

  @Override
  public Future<Void> cool(String quota, long ms) {
    told.add("cool " + quota + " " + ms);
    if (!gone) {
      List.copyOf(listeners).forEach(listener -> listener.accept(new Cooled(quota, ms)));
    }
    return answer(null);
  }

  @Override
  public Runnable hear(Consumer<Cooled> onCooled) {
    listeners.add(onCooled);
    return () -> listeners.remove(onCooled);
  }
}
