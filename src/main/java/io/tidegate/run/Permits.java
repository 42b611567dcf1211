package io.tidegate.run;

import io.vertx.core.Future;
import java.util.Optional;
import java.util.function.IntSupplier;

/** So many of something at a time, over all replicas. */
public interface Permits {

  /**
   * Takes a permit, first come first served. Without the shared store everybody gets one, and each
   * replica's own limit is what holds.
   *
   * @param name what is limited
   * @param limit how many permits there are; asked again while somebody waits, as it may change
   * @param waitMs how long to wait for one, in milliseconds
   */
  Turn take(String name, IntSupplier limit, long waitMs);

  /** A wait for a permit. */
  interface Turn {
    /** The permit, or nothing if there was none in time or it was cancelled; never fails. */
    Future<Optional<Permit>> permit();

    /** Waits no longer; a permit that is given all the same goes back. Harmless when it is over. */
    void cancel();
  }

  /** One of so many. Those of a replica that dies come back soon after. */
  interface Permit {
    /** Gives it back; harmless the second time. */
    void close();
  }
}
