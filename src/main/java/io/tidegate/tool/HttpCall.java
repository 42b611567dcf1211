package io.tidegate.tool;

import io.tidegate.conversation.Contract;
import io.tidegate.loop.FailureClass;
import io.tidegate.loop.Outcome;
import io.tidegate.run.RetryBudget;
import io.tidegate.run.Time;
import io.tidegate.tool.TryPolicy.Next;
import io.tidegate.tool.http.Answer;
import io.tidegate.tool.http.Exchange;
import io.tidegate.tool.http.Request;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A call of an HTTP tool: its tries under one deadline, all with the same request. Lives on the
 * context that started it.
 *
 * <p>The contract's timeout is for the call in all. A try may use all that is left of it: to cut a
 * slow tool off early, just to send it the same work again, would help nobody.
 */
final class HttpCall implements Tool.Running {
  private final Wire wire;
  private final Contract contract;
  private final Exchange.Settings settings;
  private final Request request;
  private final Backoff backoff;
  private final RetryBudget budget;
  private final Context context;
  private final long startNs;
  private final Promise<Tool.Reply> reply = Promise.promise();

  private Exchange exchange;
  private Time.@Nullable Timer deadline;
  private Time.@Nullable Timer pause;
  private int attempt;
  private int sent;
  private boolean over;

  HttpCall(
      Wire wire,
      Contract contract,
      Backoff backoff,
      RetryBudget budget,
      Exchange.Settings settings,
      Request request) {
    this.wire = wire;
    this.contract = contract;
    this.settings = settings;
    this.request = request;
    this.backoff = backoff;
    this.budget = budget;
    this.context = wire.vertx().getOrCreateContext();
    this.startNs = wire.time().nanos();
    this.exchange = new Exchange(wire.client(), settings);
  }

  void begin() {
    onContext(
        () -> {
          deadline = wire.time().after(contract.timeoutMs(), this::expire);
          budget.first();
          attempt();
        });
  }

  @Override
  public Future<Tool.Reply> reply() {
    return reply.future();
  }

  @Override
  public void cancel() {
    onContext(
        () ->
            end(
                new Next.Done(
                    Outcome.CANCELLED,
                    Tool.Reply.error("The call was cancelled."),
                    FailureClass.CANCELLED)));
  }

  private void attempt() {
    if (over) {
      return;
    }
    attempt++;
    // Composed, so that what the client throws is a failed try too.
    Future.succeededFuture().compose(now -> exchange.send(request)).onComplete(this::tried);
  }

  private void tried(AsyncResult<Answer> result) {
    if (over) {
      return;
    }
    Next next =
        result.succeeded()
            ? TryPolicy.answered(contract.effect(), result.result())
            : TryPolicy.broken(contract.effect(), exchange.sent(), result.cause());
    switch (next) {
      case Next.Done done -> end(done);
      case Next.Again again -> again(again);
    }
  }

  private void again(Next.Again again) {
    long waitMs = backoff.waitMs(attempt, again.retryAfter());
    if (waitMs < 0 || waitMs >= leftMs() || !budget.again()) {
      end(again.otherwise());
    } else {
      sent = tries();
      exchange = new Exchange(wire.client(), settings);
      pause = wire.time().after(Math.max(1, waitMs), this::attempt);
    }
  }

  private long leftMs() {
    long pastMs = TimeUnit.NANOSECONDS.toMillis(wire.time().nanos() - startNs);
    return contract.timeoutMs() - pastMs;
  }

  private void expire() {
    if (!over) {
      end(TryPolicy.expired(contract.effect(), tries() > 0, contract.timeoutMs()));
    }
  }

  private void end(Next.Done done) {
    if (over) {
      return;
    }
    over = true;
    stop(deadline);
    stop(pause);
    exchange.abort();
    reply.complete(new Tool.Reply(done.outcome(), done.result(), tries(), done.failure()));
  }

  /** Requests that were sent, the one under way included. */
  private int tries() {
    return exchange.sent() ? sent + 1 : sent;
  }

  private static void stop(Time.@Nullable Timer timer) {
    if (timer != null) {
      timer.cancel();
    }
  }

  private void onContext(Runnable task) {
    if (Vertx.currentContext() == context) {
      task.run();
    } else {
      context.runOnContext(now -> task.run());
    }
  }
}
