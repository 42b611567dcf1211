package io.tidegate.app.demo;

import java.util.function.Supplier;

/** A child process that is started again when it dies, a bounded number of times. */
final class Supervised implements AutoCloseable {
  private static final int RESTARTS_MAX = 20;

  private final Supplier<ChildProcess> starter;
  private ChildProcess current;
  private int restarts;
  private boolean closed;

  private Supervised(ChildProcess first, Supplier<ChildProcess> starter) {
    this.current = first;
    this.starter = starter;
  }

  /** Watches over a process that runs. */
  static Supervised watch(ChildProcess first, Supplier<ChildProcess> starter) {
    var supervised = new Supervised(first, starter);
    supervised.whenDead(first);
    return supervised;
  }

  private void whenDead(ChildProcess process) {
    var unused = process.onExit().thenRun(this::startAgain);
  }

  private synchronized void startAgain() {
    if (!closed && restarts < RESTARTS_MAX) {
      restarts++;
      current = starter.get();
      whenDead(current);
    }
  }

  synchronized int restarts() {
    return restarts;
  }

  @Override
  public void close() {
    last().close();
  }

  private synchronized ChildProcess last() {
    closed = true;
    return current;
  }
}
