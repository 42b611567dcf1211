package io.tidegate.testing;

import io.tidegate.run.Permits;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntSupplier;

/** Permits of one name, in memory; a wait is over when the test says so. */
public final class InMemoryPermits implements Permits {
  private final List<Waiting> line = new ArrayList<>();
  private int out;
  private int takes;
  private long longestWaitMs;
  private boolean gone;

  @Override
  public Turn take(String name, IntSupplier limit, long waitMs) {
    takes++;
    longestWaitMs = Math.max(longestWaitMs, waitMs);
    var waiting = new Waiting(limit);
    if (gone) {
      waiting.answer.complete(Optional.of(() -> {}));
    } else {
      line.add(waiting);
      letIn();
    }
    return waiting;
  }

  /** Who waits asks again. */
  public void askAgain() {
    letIn();
  }

  private void letIn() {
    while (!line.isEmpty() && out < line.getFirst().limit.getAsInt()) {
      out++;
      line.removeFirst().answer.complete(Optional.of(new Held()));
    }
  }

  /** Nobody who waits now gets a permit. */
  public void timeIsUp() {
    var all = List.copyOf(line);
    line.clear();
    all.forEach(waiting -> waiting.answer.complete(Optional.empty()));
  }

  /** Whether what is shared can't be reached. */
  public void gone(boolean yes) {
    gone = yes;
  }

  public int waiting() {
    return line.size();
  }

  public int out() {
    return out;
  }

  public int takes() {
    return takes;
  }

  /** The most that anybody was ready to wait, in milliseconds. */
  public long longestWaitMs() {
    return longestWaitMs;
  }

  private final class Waiting implements Turn {
    private final IntSupplier limit;
    private final Promise<Optional<Permit>> answer = Promise.promise();

    Waiting(IntSupplier limit) {
      this.limit = limit;
    }

    @Override
    public Future<Optional<Permit>> permit() {
      return answer.future();
    }

    @Override
    public void cancel() {
      if (answer.tryComplete(Optional.empty())) {
        line.remove(this);
      }
    }
  }

  private final class Held implements Permit {
    private boolean over;

    @Override
    public void close() {
      if (!over) {
        over = true;
        out--;
        letIn();
      }
    }
  }
}
