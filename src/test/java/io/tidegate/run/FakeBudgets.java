package io.tidegate.run;

import io.tidegate.loop.Event.BudgetWarned;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Grants everything, unless it is told to answer otherwise; remembers what was settled. */
final class FakeBudgets implements Budgets {
  final Deque<Answer> answers = new ArrayDeque<>();
  final List<Order> reserved = new CopyOnWriteArrayList<>();
  final List<Settled> settled = new CopyOnWriteArrayList<>();
  final List<Order> released = new CopyOnWriteArrayList<>();
  List<BudgetWarned> warnings = List.of();

  /** Whether it does not answer. */
  volatile boolean gone;

  record Settled(Order order, @Nullable Bill bill) {}

  @Override
  public Future<Answer> reserve(Order order) {
    reserved.add(order);
    if (gone) {
      return Future.failedFuture(new Journal.Unavailable("gone", null));
    }
    var answer = answers.poll();
    return Future.succeededFuture(answer == null ? new Answer.Granted() : answer);
  }

  @Override
  public Future<List<BudgetWarned>> settle(Order order, @Nullable Bill bill) {
    if (gone) {
      return Future.failedFuture(new Journal.Unavailable("gone", null));
    }
    settled.add(new Settled(order, bill));
    return Future.succeededFuture(warnings);
  }

  @Override
  public Future<Void> release(Order order) {
    if (gone) {
      return Future.failedFuture(new Journal.Unavailable("gone", null));
    }
    released.add(order);
    return Future.succeededFuture();
  }
}
