package io.tidegate.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.run.Time;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class VertxTimeIT {
  private final Vertx vertx = Vertx.vertx();
  private final Time time = new VertxTime(vertx);

  @AfterEach
  void close() {
    vertx.close().await();
  }

  @Test
  void taskRunsOnTheContextOfWhoAsked() throws Exception {
    var context = vertx.getOrCreateContext();
    var ran = new CompletableFuture<Context>();
    context.runOnContext(_ -> time.after(1, () -> ran.complete(Vertx.currentContext())));
    assertThat(ran.get(20, TimeUnit.SECONDS)).isSameAs(context);
  }

  @Test
  void taskRunsNoSoonerThanItsTime() throws Exception {
    long from = time.nanos();
    var ran = new CompletableFuture<Long>();
    vertx.runOnContext(_ -> time.after(50, () -> ran.complete(time.nanos())));
    assertThat(ran.get(20, TimeUnit.SECONDS) - from).isGreaterThanOrEqualTo(50_000_000);
  }

  @Test
  void cancelledTaskDoesNotRun() throws Exception {
    var ran = new CompletableFuture<String>();
    vertx.runOnContext(
        _ -> {
          var cancelled = time.after(1, () -> ran.complete("cancelled"));
          time.after(2, () -> ran.complete("kept"));
          cancelled.cancel();
        });
    assertThat(ran.get(20, TimeUnit.SECONDS)).isEqualTo("kept");
  }

  @Test
  void taskThatFailsIsToldToItsContext() throws Exception {
    var told = new CompletableFuture<Throwable>();
    var context = vertx.getOrCreateContext().exceptionHandler(told::complete);
    context.runOnContext(
        _ ->
            time.after(
                1,
                () -> {
                  throw new IllegalStateException("a bug");
                }));
    assertThat(told.get(20, TimeUnit.SECONDS)).hasMessage("a bug");
  }
}
