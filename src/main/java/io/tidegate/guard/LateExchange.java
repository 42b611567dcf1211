package io.tidegate.guard;

import io.tidegate.conversation.Reply;
import io.tidegate.loop.Pin;
import io.tidegate.run.Model.Exchange;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A question that may have to wait for its turn before it is put. On its asker's context alone. */
final class LateExchange implements Exchange {
  private final Promise<Reply> reply = Promise.promise();
  private Runnable leave = () -> {};
  private @Nullable Exchange begun;
  private boolean over;

  /** What is to be done when it is over, however it ends. */
  void onEnd(Runnable task) {
    leave = task;
  }

  /** Puts the question, unless it is over. */
  void begin(Supplier<Exchange> ask) {
    if (over) {
      return;
    }
    var exchange = ask.get();
    begun = exchange;
    exchange.reply().onComplete(this::replied, this::fail);
  }

  private void replied(Reply whole) {
    if (!over) {
      over = true;
      leave.run();
      reply.complete(whole);
    }
  }

  void fail(Throwable why) {
    if (!over) {
      over = true;
      leave.run();
      reply.fail(why);
    }
  }

  @Override
  public Future<Reply> reply() {
    return reply.future();
  }

  @Override
  public void cancel() {
    boolean sent = sent();
    var exchange = begun;
    if (exchange != null) {
      exchange.cancel();
    }
    fail(Unasked.cancelled(sent));
  }

  @Override
  public boolean sent() {
    return begun != null && begun.sent();
  }

  @Override
  public Optional<Pin.Target> served() {
    return begun == null ? Optional.empty() : begun.served();
  }

  @Override
  public List<Pin.Target> lost() {
    return begun == null ? List.of() : begun.lost();
  }
}
