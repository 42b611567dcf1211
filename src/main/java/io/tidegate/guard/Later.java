package io.tidegate.guard;

import io.tidegate.run.Time;
import io.vertx.core.Future;
import io.vertx.core.Promise;

/** A moment that is yet to come. */
final class Later {
  private Later() {}

  /** Completes after so many milliseconds, on the caller's context. */
  static Future<Void> after(Time time, long ms) {
    var promise = Promise.<Void>promise();
    time.after(ms, promise::complete);
    return promise.future();
  }
}
