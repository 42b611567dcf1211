package io.tidegate.guard;

import io.tidegate.conversation.ModelFailure;
import io.tidegate.conversation.Reply;
import io.tidegate.conversation.ToolCall;
import io.tidegate.loop.Pin;
import io.tidegate.run.Model;
import io.tidegate.run.Quotas;
import io.tidegate.run.Time;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks no target whose breaker is open, and tells the breaker how calls went: a target that can't
 * be reached, has no capacity or keeps silent is sick; one that answers is not, whatever it says. A
 * target that wants to be asked less is neither.
 */
final class BreakerModel implements Model {
  private final Model next;
  private final Supplier<GuardSettings> settings;
  private final Breakers breakers;
  private final Time time;

  BreakerModel(Model next, Supplier<GuardSettings> settings, Breakers breakers, Time time) {
    this.next = next;
    this.settings = settings;
    this.breakers = breakers;
    this.time = time;
  }

  @Override
  public Exchange ask(Ask ask, Sink sink) {
    var breaker = breakers.of(ask.target(), settings.get().of(ask.target()));
    var permit = breaker.tryAcquire();
    if (permit.isEmpty()) {
      var refused = new LateExchange();
      refused.fail(Unasked.open(ask.target().name(), breaker.waitMs()));
      return refused;
    }
    return new Watched(permit.get(), ask, sink);
  }

  /** A call whose end the breaker is told; how fast it was goes by the first piece of its reply. */
  private final class Watched implements Exchange, Sink {
    private final Permit permit;
    private final Sink sink;
    private final long from = time.nanos();
    private final Exchange asked;
    private long firstNanos = -1;

    Watched(Permit permit, Ask ask, Sink sink) {
      this.permit = permit;
      this.sink = sink;
      this.asked = next.ask(ask, this);
      asked.reply().onComplete(done -> over(done.cause()));
    }

    private void over(@Nullable Throwable cause) {
      first();
      var failure = cause == null ? null : Unasked.in(cause);
      if (cause != null && failure == null) {
        permit.onIgnore();
      } else if (failure == null) {
        permit.onSuccess(firstNanos);
      } else {
        over(failure.kind());
      }
    }

    private void over(ModelFailure.Kind kind) {
      switch (kind) {
        case OVERLOADED, UNREACHABLE, TIMED_OUT -> permit.onFailure(firstNanos);
        case MALFORMED, UNAUTHORIZED, REJECTED, CONTEXT_FULL -> permit.onSuccess(firstNanos);
        case RATE_LIMITED -> permit.onIgnore();
      }
    }

    private void first() {
      if (firstNanos < 0) {
        firstNanos = time.nanos() - from;
      }
    }

    @Override
    public Future<Reply> reply() {
      return asked.reply();
    }

    @Override
    public void cancel() {
      permit.onIgnore();
      asked.cancel();
    }

    @Override
    public boolean sent() {
      return asked.sent();
    }

    @Override
    public Optional<Pin.Target> served() {
      return asked.served();
    }

    @Override
    public List<Pin.Target> lost() {
      return asked.lost();
    }

    @Override
    public void text(String delta) {
      first();
      sink.text(delta);
    }

    @Override
    public void reasoning(String delta) {
      first();
      sink.reasoning(delta);
    }

    @Override
    public void sealed(ToolCall call) {
      first();
      sink.sealed(call);
    }

    @Override
    public void told(Quotas.Told limits) {
      sink.told(limits);
    }
  }
}
