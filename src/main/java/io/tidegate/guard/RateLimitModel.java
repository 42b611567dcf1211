package io.tidegate.guard;

import io.tidegate.conversation.ModelFailure;
import io.tidegate.conversation.Reply;
import io.tidegate.conversation.ToolCall;
import io.tidegate.guard.KeyGate.Ticket;
import io.tidegate.run.Model;
import io.tidegate.run.Quotas;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks with a key whose turn it is and no faster than its limits allow; questions wait in a line
 * that is fair between tenants.
 */
final class RateLimitModel implements Model {
  private final Model next;
  private final KeyGates gates;

  RateLimitModel(Model next, KeyGates gates) {
    this.next = next;
    this.gates = gates;
  }

  @Override
  public Exchange ask(Ask ask, Sink sink) {
    var asked = new Asked(ask, sink);
    var terms = ask.terms();
    // Providers count what may come as if it came, until it has.
    LongSupplier tokens = () -> terms.inputTokens().getAsLong() + ask.target().maxOutput();
    var ticket =
        gates.of(ask.target()).enter(terms.tenant(), tokens, asked::go, asked.exchange::fail);
    if (ticket.isEmpty()) {
      asked.exchange.fail(Unasked.lineFull(ask.target().name()));
    } else {
      asked.enter(ticket.get());
    }
    return asked.exchange;
  }

  /** A question on its way through the gate. It may be let through before it has its ticket. */
  private final class Asked implements Sink {
    private final Ask ask;
    private final Sink sink;
    private final LateExchange exchange = new LateExchange();
    private @Nullable Ticket ticket;
    private boolean over;
    private @Nullable ModelFailure failure;
    private @Nullable Long used;

    Asked(Ask ask, Sink sink) {
      this.ask = ask;
      this.sink = sink;
      exchange.onEnd(this::end);
    }

    void enter(Ticket given) {
      ticket = given;
      if (over) {
        given.close(failure, used);
      }
    }

    void go(int key) {
      exchange.begin(
          () -> {
            var asked = next.ask(ask.withKey(key), this);
            asked.reply().onComplete(this::replied, this::failed);
            return asked;
          });
    }

    private void replied(Reply reply) {
      used = reply.usage() == null ? null : (Long) reply.usage().total();
    }

    private void failed(Throwable thrown) {
      failure = Unasked.in(thrown);
    }

    private void end() {
      over = true;
      if (ticket != null) {
        ticket.close(failure, used);
      }
    }

    @Override
    public void text(String delta) {
      sink.text(delta);
    }

    @Override
    public void reasoning(String delta) {
      sink.reasoning(delta);
    }

    @Override
    public void sealed(ToolCall call) {
      sink.sealed(call);
    }

    @Override
    public void told(Quotas.Told limits) {
      if (ticket != null) {
        ticket.told(limits);
      }
      sink.told(limits);
    }
  }
}
