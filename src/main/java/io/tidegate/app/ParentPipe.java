package io.tidegate.app;

import java.io.IOException;

/**
 * Ties this process to the one that started it: when that is gone, however it ended, standard input
 * closes.
 */
public final class ParentPipe {
  private ParentPipe() {}

  /** Exits, shutdown hooks and all, when standard input ends. */
  public static void exitWhenClosed() {
    Thread.ofPlatform().daemon().name("parent-pipe").start(ParentPipe::untilClosed);
  }

  private static void untilClosed() {
    try {
      while (System.in.read() >= 0) {
        // What is written here means nothing.
      }
    } catch (IOException _) {
      // A broken pipe says the same as a closed one.
    }
    System.exit(0);
  }
}
