package io.tidegate.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/** Clients that do the same for many things, some of them at a time. */
final class Crew {
  private static final int SIZE = 16;

  private Crew() {}

  /** What it came to for each, in their order. */
  static <T, R> List<R> each(List<T> things, Function<T, R> work) {
    return each(things, work, Executors.newFixedThreadPool(SIZE));
  }

  /** The same with a client for each thing, all at once. */
  static <T, R> List<R> atOnce(List<T> things, Function<T, R> work) {
    return each(things, work, Executors.newVirtualThreadPerTaskExecutor());
  }

  private static <T, R> List<R> each(List<T> things, Function<T, R> work, ExecutorService workers) {
    try (var threads = workers) {
      List<Callable<R>> tasks =
          things.stream().<Callable<R>>map(thing -> () -> work.apply(thing)).toList();
      var results = new ArrayList<R>();
      for (Future<R> done : threads.invokeAll(tasks)) {
        results.add(done.get());
      }
      return results;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      throw Interrupted.of(e);
    }
  }
}
