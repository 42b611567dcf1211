package io.tidegate.run;

import io.tidegate.conversation.Json;
import io.tidegate.conversation.ModelFailure;
import io.tidegate.conversation.Part;
import io.tidegate.conversation.Reply;
import io.tidegate.conversation.ToolCall;
import io.tidegate.conversation.Transcript;
import io.tidegate.conversation.Usd;
import io.tidegate.loop.Effect;
import io.tidegate.loop.Event;
import io.tidegate.loop.Pin;
import io.tidegate.loop.RunState;
import io.tidegate.run.Budgets.Bill;
import io.tidegate.run.Budgets.Order;
import io.tidegate.run.Model.Ask;
import io.tidegate.run.Model.Exchange;
import io.tidegate.run.Model.Sink;
import io.tidegate.run.RunListener.Delta;
import io.tidegate.run.Time.Timer;
import io.vertx.core.AsyncResult;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A question to a model on its way: waits its delay, reserves what it may cost, journals that it
 * asks, passes deltas on, journals the reply.
 */
final class ModelFlight implements Flight, Sink {
  private final SessionDriver driver;
  private final Effect.AskModel effect;
  private final Pin pin;
  private final Pin.Target target;
  private final String run;
  private final StringBuilder text = new StringBuilder();
  private final StringBuilder reasoning = new StringBuilder();
  private @Nullable Timer delay;
  private Till.@Nullable Ticket claim;
  private @Nullable Order order;
  private @Nullable Exchange exchange;
  private long askedAt;
  private long firstChunkNanos = -1;
  private boolean intended;
  private boolean over;

  ModelFlight(SessionDriver driver, Effect.AskModel effect) {
    this.driver = driver;
    this.effect = effect;
    this.pin = driver.state().requirePin();
    this.target = pin.route().targets().get(effect.target());
    this.run = driver.state().run();
  }

  /** Asks now or after the delay. */
  void begin() {
    if (effect.delayMs() > 0) {
      delay = driver.shell().time().after(effect.delayMs(), this::delayed);
    } else {
      reserve();
    }
  }

  private void delayed() {
    if (!over) {
      driver.act(this::reserve);
    }
  }

  /** What is asked is what was estimated, whatever results of void calls come in meanwhile. */
  private void reserve() {
    var state = driver.state();
    Transcript.flaw(state.transcript())
        .ifPresent(
            flaw -> {
              throw new IllegalStateException("the transcript has " + flaw);
            });
    var asked = question(state);
    var estimate = InputBound.of(asked, effect.target(), state.spending().counted());
    var placed = Orders.model(driver.id(), state, driver.claimRank(), target, estimate);
    order = placed;
    claim =
        driver
            .till()
            .reserve(placed, refused -> driver.act(() -> reserved(asked, placed, refused)));
  }

  private void reserved(Ask asked, Order placed, Optional<Event.BudgetRefused> refused) {
    if (refused.isPresent()) {
      over = true;
      driver.record(run, refused.get());
      return;
    }
    intended = true;
    var event =
        new Event.ModelAsked(
            effect.turn(), effect.attempt(), effect.target(), target.model(), placed.estimate());
    driver.record(run, event).onSuccess(_ -> driver.perform(() -> ask(asked, placed)));
  }

  private Ask question(RunState state) {
    return new Ask(
        target,
        pin.instructions(),
        pin.tools(),
        state.transcript(),
        pin.output(),
        shown(state),
        run,
        state.nextOrdinal());
  }

  private void ask(Ask question, Order placed) {
    if (over) {
      return;
    }
    askedAt = driver.shell().time().nanos();
    var asked = driver.shell().model().ask(question, this);
    exchange = asked;
    asked.reply().onComplete(reply -> settle(placed, reply));
    asked.reply().onSuccess(this::replied).onFailure(this::failed);
  }

  /** Whoever still waits for the reply, it is to be paid for. */
  private void settle(Order placed, AsyncResult<Reply> ended) {
    if (ended.failed() && ended.cause() instanceof Model.Failed known && known.free()) {
      driver.till().release(placed);
      return;
    }
    var usage = ended.succeeded() ? ended.result().usage() : null;
    var bill = usage == null ? null : new Bill(usage, target.price().cost(usage));
    driver.till().settle(placed, bill, warned -> driver.warn(run, warned));
  }

  private static @Nullable Json shown(RunState state) {
    boolean none = state.requirePin().state() == null && state.data().equals(Json.EMPTY_OBJECT);
    return none ? null : state.data();
  }

  @Override
  public void text(String delta) {
    heard();
    pass(false, text, delta);
  }

  @Override
  public void reasoning(String delta) {
    heard();
    pass(true, reasoning, delta);
  }

  private void pass(boolean thought, StringBuilder before, String delta) {
    if (over || delta.isEmpty()) {
      return;
    }
    int offset = before.length();
    before.append(delta);
    if (!pin.verified()) {
      tell(thought, offset, delta);
    }
  }

  private void tell(boolean thought, int offset, String words) {
    driver
        .shell()
        .listener()
        .delta(
            driver.id(),
            new Delta(
                thought, run, effect.turn(), effect.attempt(), driver.durable(), offset, words));
  }

  @Override
  public void sealed(ToolCall call) {
    heard();
    boolean eager = pin.contract(call.tool()).filter(contract -> contract.eager()).isPresent();
    if (!over && eager) {
      driver.happen(run, new Event.Sealed(effect.turn(), effect.attempt(), call));
    }
  }

  private void heard() {
    if (firstChunkNanos < 0) {
      firstChunkNanos = driver.shell().time().nanos() - askedAt;
    }
  }

  private void replied(Reply reply) {
    if (over) {
      return;
    }
    over = true;
    answered(null);
    driver.happen(
        run, new Event.Replied(effect.turn(), effect.attempt(), reply, cost(reply), held(reply)));
  }

  /** A reply whose usage nobody knows counts as what was reserved for it. */
  private Usd cost(Reply reply) {
    if (reply.usage() != null) {
      return target.price().cost(reply.usage());
    }
    return order == null ? Usd.ZERO : order.estimate().cost();
  }

  /** An answer that the output check may refuse is not for clients of verified text. */
  private boolean held(Reply reply) {
    return pin.verified() && pin.output() != null && Part.calls(reply.parts()).isEmpty();
  }

  private void failed(Throwable thrown) {
    if (over) {
      return;
    }
    over = true;
    var failure =
        thrown instanceof Model.Failed known
            ? known.failure()
            : ModelFailure.of(ModelFailure.Kind.MALFORMED, String.valueOf(thrown.getMessage()));
    answered(failure);
    var again =
        AskAgain.after(
            failure,
            pin.route(),
            effect.target(),
            driver.state().turn().tries(),
            driver.shell().ids().fraction());
    boolean free = thrown instanceof Model.Failed known && known.free();
    driver.happen(
        run, new Event.ModelFailed(effect.turn(), effect.attempt(), failure, again, free));
  }

  private void answered(@Nullable ModelFailure failure) {
    long nanos = driver.shell().time().nanos() - askedAt;
    driver.shell().listener().modelAnswered(pin, target, firstChunkNanos, nanos, failure);
  }

  /** What the reply holds so far, or null if nobody may see it yet. */
  Sessions.@Nullable Partial partial() {
    return over || exchange == null || pin.verified()
        ? null
        : new Sessions.Partial(
            run,
            effect.turn(),
            effect.attempt(),
            driver.durable(),
            text.toString(),
            reasoning.toString());
  }

  @Override
  public boolean begun() {
    return intended;
  }

  @Override
  public void cancel() {
    if (over) {
      return;
    }
    over = true;
    if (delay != null) {
      delay.cancel();
    }
    if (claim != null) {
      claim.cancel();
    }
    if (exchange != null) {
      exchange.cancel();
    } else if (intended && order != null) {
      driver.till().release(order);
    }
  }
}
