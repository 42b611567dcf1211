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
import io.tidegate.run.Model.Ask;
import io.tidegate.run.Model.Exchange;
import io.tidegate.run.Model.Sink;
import io.tidegate.run.RunListener.Delta;
import io.tidegate.run.Time.Timer;
import org.jspecify.annotations.Nullable;

/**
 * A question to a model on its way: waits its delay, journals that it asks, passes deltas on,
 * journals the reply.
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

  /** Asks now or after the delay; says whether it journaled something. */
  boolean begin() {
    if (effect.delayMs() > 0) {
      delay = driver.shell().time().after(effect.delayMs(), this::delayed);
      return false;
    }
    intend();
    return true;
  }

  private void delayed() {
    if (!over) {
      driver.act(this::intend);
    }
  }

  private void intend() {
    intended = true;
    Transcript.flaw(driver.state().transcript())
        .ifPresent(
            flaw -> {
              throw new IllegalStateException("the transcript has " + flaw);
            });
    var asked =
        new Event.ModelAsked(effect.turn(), effect.attempt(), effect.target(), target.model());
    driver.record(run, asked).onSuccess(_ -> driver.perform(this::ask));
  }

  private void ask() {
    if (over) {
      return;
    }
    var state = driver.state();
    askedAt = driver.shell().time().nanos();
    var asked =
        driver
            .shell()
            .model()
            .ask(
                new Ask(
                    target,
                    pin.instructions(),
                    state.offered(),
                    state.transcript(),
                    pin.output(),
                    shown(state),
                    run,
                    state.nextOrdinal()),
                this);
    exchange = asked;
    asked.reply().onSuccess(this::replied).onFailure(this::failed);
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
    var cost = reply.usage() == null ? Usd.ZERO : target.price().cost(reply.usage());
    driver.happen(
        run, new Event.Replied(effect.turn(), effect.attempt(), reply, cost, held(reply)));
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
    driver.happen(run, new Event.ModelFailed(effect.turn(), effect.attempt(), failure, again));
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
    if (exchange != null) {
      exchange.cancel();
    }
  }
}
