package io.tidegate.benchmark;

/** The thread was told to stop while it waited. */
final class Interrupted {
  private Interrupted() {}

  static IllegalStateException of(InterruptedException cause) {
    Thread.currentThread().interrupt();
    return new IllegalStateException("interrupted", cause);
  }

  static void pause(long ms) {
    try {
      Thread.sleep(ms);
    } catch (InterruptedException e) {
      throw of(e);
    }
  }
}
