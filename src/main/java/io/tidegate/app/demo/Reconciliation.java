package io.tidegate.app.demo;

import io.tidegate.app.demo.Approvals.Pending;
import io.tidegate.app.demo.Result.Decision;
import io.tidegate.simulator.erp.Erp.Open;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;

/** Has invoices reconciled: a run each, the approvals, and what the runs do after them. */
final class Reconciliation {
  private static final int ROUNDS_MAX = 5;

  private final Runs runs;
  private final Approvals approvals;
  private final int concurrency;
  private final Gate gate;
  private final IntSupplier restarts;
  private final PrintStream out;
  private final Person person = Person.present();

  Reconciliation(
      GatewayApi api,
      String demo,
      int concurrency,
      Gate gate,
      IntSupplier restarts,
      PrintStream out) {
    this.approvals = new Approvals(api);
    this.runs = new Runs(api, approvals, demo);
    this.concurrency = concurrency;
    this.gate = gate;
    this.restarts = restarts;
    this.out = out;
  }

  /** Lets runs begin, and hears when they rest. */
  interface Gate {
    Gate OPEN = new Gate() {};

    default void enter() throws InterruptedException {}

    default void leave() {}
  }

  Report of(List<Open> invoices) throws InterruptedException {
    long start = System.nanoTime();
    var results = all(invoices);
    double seconds = (System.nanoTime() - start) / 1e9;
    var abandoned = new ArrayList<Result>();
    for (int round = 1; round < ROUNDS_MAX && anyGaveUp(results); round++) {
      results.stream().filter(Result::gaveUp).forEach(abandoned::add);
      results = onceMore(invoices, results, round);
    }
    for (int round = 0; round < ROUNDS_MAX && anyWaits(results); round++) {
      results = afterDecisions(results);
    }
    return new Report(results, abandoned, seconds, restarts.getAsInt());
  }

  private static boolean anyWaits(List<Result> results) {
    return results.stream().anyMatch(Result::waitsForApproval);
  }

  private static boolean anyGaveUp(List<Result> results) {
    return results.stream().anyMatch(Result::gaveUp);
  }

  /** Another run for each invoice whose agent gave up. */
  private List<Result> onceMore(List<Open> invoices, List<Result> results, int round)
      throws InterruptedException {
    var open = invoices.stream().collect(Collectors.toMap(Open::invoice, Function.identity()));
    out.printf(
        "%d invoices were given up as a tool failed; they get another run.%n",
        results.stream().filter(Result::gaveUp).count());
    return each(
        results,
        result -> {
          var again = open.get(result.invoice());
          return result.gaveUp() && again != null ? runs.reconcile(again, round) : result;
        });
  }

  private List<Result> all(List<Open> invoices) throws InterruptedException {
    try (var progress =
        new Progress(invoices.size(), restarts, Person.terminal().isPresent(), out)) {
      return each(
          invoices,
          open -> {
            gate.enter();
            progress.began();
            var result = runs.reconcile(open, 0);
            progress.rested(result);
            gate.leave();
            return result;
          });
    }
  }

  private List<Result> afterDecisions(List<Result> results) throws InterruptedException {
    var decisions = decisions(results);
    return each(
        results,
        result -> {
          var decision = decisions.get(result.session());
          return decision == null ? result : runs.goOn(result.after(decision));
        });
  }

  /** Decides all that waits, and gives the decisions by session. */
  private Map<String, Decision> decisions(List<Result> results) throws InterruptedException {
    var waiting =
        results.stream()
            .filter(Result::waitsForApproval)
            .collect(Collectors.toMap(Result::session, Function.identity()));
    out.printf("%d postings wait for a decision.%n", waiting.size());
    var decisions = new HashMap<String, Decision>();
    for (var pending : approvals.pending(waiting.keySet())) {
      decisions.put(pending.session(), decide(pending));
    }
    return decisions;
  }

  private Decision decide(Pending pending) throws InterruptedException {
    var decision = person.decide(pending);
    approvals.decide(pending, decision);
    return decision;
  }

  /** Does the task for each, so many at a time, each on a thread of its own. */
  private <T> List<Result> each(List<T> items, Task<T> task) throws InterruptedException {
    var permits = new Semaphore(concurrency);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var tasks = new ArrayList<Callable<Result>>();
      items.forEach(item -> tasks.add(() -> within(permits, () -> task.result(item))));
      var results = new ArrayList<Result>();
      for (var future : threads.invokeAll(tasks)) {
        results.add(future.get());
      }
      return results;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  private static Result within(Semaphore permits, Callable<Result> task) throws Exception {
    permits.acquire();
    try {
      return task.call();
    } finally {
      permits.release();
    }
  }

  /** What is done for one item. */
  private interface Task<T> {
    Result result(T item) throws InterruptedException;
  }
}
