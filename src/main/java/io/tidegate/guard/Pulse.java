package io.tidegate.guard;

import io.tidegate.run.Time;

/**
 * Knows when this process itself stood still: it was stopped, or busy with its memory. How a call
 * ended meanwhile says nothing of who was called: an answer may have been there in time, and nobody
 * looked. It beats only while calls are under way. Any thread may ask it.
 */
final class Pulse {
  private static final long NANOS_PER_MS = 1_000_000;
  private static final long BEAT_MS = 250;

  /** A beat that is so much later than the one before it, in milliseconds, was not merely late. */
  static final long STILL_MS = 1_000;

  private final Time time;
  private int underWay;
  private boolean beats;
  private long last;
  private long stillUntil;

  Pulse(Time time) {
    this.time = time;
    this.stillUntil = time.nanos();
  }

  /** A call begins. */
  synchronized void begin() {
    underWay++;
    if (!beats) {
      beats = true;
      rest();
    }
  }

  /** A call that has begun is over. */
  synchronized void end() {
    underWay--;
  }

  /**
   * Whether the process stood still at any time since then; asked during a call.
   *
   * @param from by the clock of {@link Time#nanos}
   */
  synchronized boolean stoodStillSince(long from) {
    look();
    return from - stillUntil < 0;
  }

  private void rest() {
    last = time.nanos();
    time.after(BEAT_MS, this::beat);
  }

  private synchronized void beat() {
    look();
    beats = underWay > 0;
    if (beats) {
      rest();
    }
  }

  /** Timers of calls may run before the beat that is late with them. */
  private void look() {
    long now = time.nanos();
    if (beats && now - last > STILL_MS * NANOS_PER_MS) {
      stillUntil = now;
    }
  }
}
