package io.tidegate.session;

import io.vertx.core.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for futures, from a test's thread. */
public final class Await {
  private Await() {}

  public static <T> T await(Future<T> future) {
    try {
      return future.await(20, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("nothing came in 20 s", e);
    }
  }

  /** The failure of a future that must fail. */
  public static Throwable failure(Future<?> future) {
    return await(
        future.transform(
            result ->
                result.failed()
                    ? Future.succeededFuture(result.cause())
                    : Future.failedFuture(new AssertionError("it gave " + result.result()))));
  }
}
