package io.tidegate.session.budget;

import io.tidegate.run.Time;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The tenants of which nobody has set a limit, as this process knows for a moment. Who sets a
 * tenant's first limit waits for that moment to pass everywhere. Thread-safe.
 */
final class Unlimited {
  /** How long what Redis said may be relied on, in milliseconds. */
  static final long KNOWN_MS = 1_000;

  /** One that is forgotten is asked about again. */
  private static final int MOST_TENANTS = 10_000;

  private final Time time;
  private final ConcurrentHashMap<String, Long> since = new ConcurrentHashMap<>();

  Unlimited(Time time) {
    this.time = time;
  }

  boolean isKnown(String tenant) {
    var asked = since.get(tenant);
    return asked != null && time.nanos() - asked < KNOWN_MS * 1_000_000;
  }

  /**
   * Notes what Redis said.
   *
   * @param asked when it was asked, in nanoseconds
   */
  void note(String tenant, boolean none, long asked) {
    if (!none) {
      since.remove(tenant);
    } else if (since.size() < MOST_TENANTS || since.containsKey(tenant)) {
      since.merge(tenant, asked, (before, now) -> now - before > 0 ? now : before);
    } else {
      since.clear();
    }
  }
}
