package io.tidegate.run;

import io.vertx.core.Future;
import java.util.Optional;

/** So many of something at a time, over all replicas. */
public interface Permits {

  /**
   * Takes a permit, first come first served. Without the shared store everybody gets one, and each
   * replica's own limit is what holds.
   *
   * @param name what is limited
   * @param limit how many permits there are
   * @param waitMs how long to wait for one, in milliseconds
   * @return nothing if there was none in that time; never fails
   */
  Future<Optional<Permit>> take(String name, int limit, long waitMs);

  /** One of so many. Those of a replica that dies come back soon after. */
  interface Permit {
    /** Gives it back; harmless the second time. */
    void close();
  }
}
