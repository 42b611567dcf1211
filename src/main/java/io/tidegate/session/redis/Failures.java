package io.tidegate.session.redis;

import io.tidegate.run.Journal.Unavailable;
import io.vertx.redis.client.impl.types.ErrorType;
import java.util.List;

/** What went wrong between here and Redis, as sentences. */
final class Failures {
  /** Errors with which Redis says that it can't serve anybody now (redis.io, "RESP errors"). */
  private static final List<String> UNFIT =
      List.of(
          "CONNECTION_CLOSED",
          "LOADING",
          "BUSY",
          "OOM",
          "READONLY",
          "MISCONF",
          "NOREPLICAS",
          "MASTERDOWN",
          "CLUSTERDOWN",
          "TRYAGAIN",
          "NOAUTH",
          "WRONGPASS",
          "NOPERM");

  private Failures() {}

  /** The error of Redis if the command is at fault, {@code Unavailable} if Redis or the way is. */
  static Throwable explain(Throwable failure) {
    return failure instanceof Unavailable || (failure instanceof ErrorType error && !unfit(error))
        ? failure
        : unavailable(failure);
  }

  static Unavailable full(int waiting) {
    return new Unavailable("Redis is too slow: " + waiting + " commands wait for it", null);
  }

  static Unavailable closed() {
    return new Unavailable("the connection to Redis was closed with the gateway", null);
  }

  private static Unavailable unavailable(Throwable failure) {
    return new Unavailable("Redis did not do it: " + failure.getMessage(), failure);
  }

  /** An error of a command within a script has its word in the middle. */
  private static boolean unfit(ErrorType error) {
    var message = String.valueOf(error.getMessage());
    return UNFIT.stream().anyMatch(message::contains);
  }
}
