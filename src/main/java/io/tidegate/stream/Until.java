package io.tidegate.stream;

import io.tidegate.loop.Entry;
import io.tidegate.loop.Event;

/** Where a feed ends by itself. */
public interface Until {
  Until FOREVER = entry -> false;

  /** Whether this entry is the last that the client is sent. */
  boolean endsWith(Entry entry);

  /** The feed ends when the run is suspended or stopped. */
  static Until rests(String run) {
    return entry -> entry.run().equals(run) && isRest(entry.event());
  }

  private static boolean isRest(Event event) {
    return event instanceof Event.Suspended || event instanceof Event.Stopped;
  }
}
