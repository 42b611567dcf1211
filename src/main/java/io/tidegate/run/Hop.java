package io.tidegate.run;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.function.Supplier;

/** Carries results from one context to another. */
public final class Hop {
  private Hop() {}

  /** The future's result, on the caller's context. */
  public static <T> Future<T> back(Context caller, Future<T> future) {
    var promise = Promise.<T>promise();
    future.onComplete(
        result -> {
          if (Vertx.currentContext() == caller) {
            promise.handle(result);
          } else {
            caller.runOnContext(_ -> promise.handle(result));
          }
        });
    return promise.future();
  }

  /** Does the work on the context, now if the caller is on it. */
  static <T> Future<T> to(Context context, Supplier<Future<T>> work) {
    return Vertx.currentContext() == context ? run(work) : on(context, work);
  }

  /** Does the work on the context; the future completes there. */
  static <T> Future<T> on(Context context, Supplier<Future<T>> work) {
    var promise = Promise.<T>promise();
    context.runOnContext(_ -> run(work).onComplete(promise));
    return promise.future();
  }

  private static <T> Future<T> run(Supplier<Future<T>> work) {
    try {
      return work.get();
    } catch (RuntimeException failure) {
      return Future.failedFuture(failure);
    }
  }
}
