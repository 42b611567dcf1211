package io.tidegate.guard;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import org.jspecify.annotations.Nullable;

/** The context of whoever waits: what it waited for happens there. */
record Caller(@Nullable Context context) {
  static Caller current() {
    return new Caller(Vertx.currentContext());
  }

  /** Runs the task there, at once if that is here. */
  void now(Runnable task) {
    if (context == Vertx.currentContext()) {
      task.run();
    } else {
      run(task);
    }
  }

  /** Runs the task there, soon; at once where there are no contexts. */
  void run(Runnable task) {
    if (context == null) {
      task.run();
    } else {
      context.runOnContext(_ -> task.run());
    }
  }
}
