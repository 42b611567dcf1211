package io.tidegate.guard;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntSupplier;

/**
 * Lets so many through at a time; the others wait in a fair line, which has an end. Shared by all
 * threads, so it is a monitor; nothing in it waits.
 */
final class Turnstile {
  private final IntSupplier most;
  private final int lineMost;
  private final FairLine<Pass> line = new FairLine<>();
  private int inside;

  /**
   * @param most how many may be inside now; it may change
   * @param lineMost how many may wait
   */
  Turnstile(IntSupplier most, int lineMost) {
    this.most = most;
    this.lineMost = lineMost;
  }

  /** A place inside, or in the line. */
  final class Pass {
    private final String tenant;
    private final Caller caller;
    private final Runnable enter;
    private boolean immediate;
    private boolean holds;
    private boolean over;

    private Pass(String tenant, Runnable enter) {
      this.tenant = tenant;
      this.caller = Caller.current();
      this.enter = enter;
    }

    /** Whether it went in without waiting, so that its task is not run. */
    boolean immediate() {
      return immediate;
    }

    /** Goes out, or leaves the line; harmless the second time. */
    void close() {
      end(this);
    }
  }

  /**
   * Goes in if there is room; else the task is run on the caller's context when there is. Empty if
   * the line is full.
   */
  synchronized Optional<Pass> enter(String tenant, Runnable task) {
    var pass = new Pass(tenant, task);
    if (line.size() == 0 && inside < most.getAsInt()) {
      inside++;
      pass.holds = true;
      pass.immediate = true;
    } else if (line.size() < lineMost) {
      line.add(tenant, pass);
    } else {
      return Optional.empty();
    }
    return Optional.of(pass);
  }

  private void end(Pass pass) {
    List<Pass> entered;
    synchronized (this) {
      if (pass.over) {
        return;
      }
      pass.over = true;
      if (pass.holds) {
        inside--;
      } else {
        line.remove(pass.tenant, pass);
      }
      entered = letIn();
    }
    entered.forEach(next -> next.caller.run(next.enter));
  }

  private List<Pass> letIn() {
    var entered = new ArrayList<Pass>();
    for (var next = line.first(); next != null && inside < most.getAsInt(); next = line.first()) {
      line.remove(next.tenant, next);
      next.holds = true;
      inside++;
      entered.add(next);
    }
    return entered;
  }
}
