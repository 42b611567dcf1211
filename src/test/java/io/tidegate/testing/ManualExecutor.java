package io.tidegate.testing;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;

/** A context whose tasks run, in their order, when the test says so. */
public final class ManualExecutor implements Executor {
  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
  }

  /** Runs the oldest task; false if there is none. */
  public boolean runOne() {
    var task = tasks.poll();
    if (task != null) {
      task.run();
    }
    return task != null;
  }

  /** How many tasks wait. */
  public int size() {
    return tasks.size();
  }
}
