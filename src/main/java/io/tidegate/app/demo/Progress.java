package io.tidegate.app.demo;

import java.io.PrintStream;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;

/**
 * A line that tells how far it is: rewritten in place at a terminal, otherwise printed every few
 * seconds.
 */
final class Progress implements AutoCloseable {
  private static final long TERMINAL_MS = 100;
  private static final long PLAIN_MS = 2_000;

  private final int total;
  private final IntSupplier restarts;
  private final boolean terminal;
  private final PrintStream out;
  private final long start = System.nanoTime();
  private final AtomicInteger running = new AtomicInteger();
  private final AtomicInteger finished = new AtomicInteger();
  private final AtomicInteger suspended = new AtomicInteger();
  private final Thread printer;

  Progress(int total, IntSupplier restarts, boolean terminal, PrintStream out) {
    this.total = total;
    this.restarts = restarts;
    this.terminal = terminal;
    this.out = out;
    this.printer = Thread.ofVirtual().name("progress").start(this::print);
  }

  void began() {
    running.incrementAndGet();
  }

  void rested(Result result) {
    running.decrementAndGet();
    (result.waitsForApproval() ? suspended : finished).incrementAndGet();
  }

  private void print() {
    try {
      while (true) {
        Thread.sleep(terminal ? TERMINAL_MS : PLAIN_MS);
        show(terminal ? "\r" : "", terminal ? "" : "\n");
      }
    } catch (InterruptedException closed) {
      show(terminal ? "\r" : "", "\n");
    }
  }

  private void show(String before, String after) {
    double seconds = (System.nanoTime() - start) / 1e9;
    int rested = finished.get() + suspended.get();
    var again = restarts.getAsInt() == 0 ? "" : ", gateway restarts: " + restarts.getAsInt();
    out.printf(
        "%s  %d of %d invoices, %d running, %d wait for approval, %.0f runs/s%s   %s",
        before, rested, total, running.get(), suspended.get(), rested / seconds, again, after);
    out.flush();
  }

  /** Prints the line a last time. */
  @Override
  public void close() {
    printer.interrupt();
    try {
      printer.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
