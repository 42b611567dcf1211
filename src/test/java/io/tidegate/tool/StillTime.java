package io.tidegate.tool;

import io.tidegate.run.Time;

/** A clock that stands still. */
public record StillTime(long now) implements Time {

  @Override
  public long nanos() {
    return 0;
  }

  @Override
  public Timer after(long ms, Runnable task) {
    throw new UnsupportedOperationException("time stands still");
  }
}
