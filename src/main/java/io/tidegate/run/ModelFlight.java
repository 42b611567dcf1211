package io.tidegate.run;

import io.tidegate.conversation.Json;
import io.tidegate.conversation.ModelFailure;
import io.tidegate.conversation.Part;
import io.tidegate.conversation.Reply;
import io.tidegate.conversation.ToolCall;
import io.tidegate.conversation.Transcript;
import io.tidegate.conversation.Usage;
import io.tidegate.conversation.Usd;
import io.tidegate.loop.Effect;
import io.tidegate.loop.Event;
import io.tidegate.loop.Pin;
import io.tidegate.loop.RunState;
import io.tidegate.run.Model.Ask;
import io.tidegate.run.Model.Exchange;
import io.tidegate.run.Model.Sink;
import io.tidegate.run.Routing.Choice;
import io.tidegate.run.Routing.Facts;
import io.tidegate.run.Routing.Question;
import io.tidegate.run.RunListener.Delta;
import io.tidegate.run.Time.Timer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A question to a model on its way: waits its delay, journals that it asks, passes deltas on,
 * journals the reply.
 */
final class ModelFlight implements Flight, Sink {
  private final SessionDriver driver;
  private final Effect.AskModel effect;
  private final Pin pin;
  private final String run;
  private final StringBuilder text = new StringBuilder();
  private final StringBuilder reasoning = new StringBuilder();
  private @Nullable Timer delay;
  private @Nullable Exchange exchange;
  private long askedAt;
  private long firstChunkNanos = -1;
  private boolean intended;
  private Choice choice;
  private boolean over;

  ModelFlight(SessionDriver driver, Effect.AskModel effect) {
    this.driver = driver;
    this.effect = effect;
    this.pin = driver.state().requirePin();
    this.run = driver.state().run();
    this.choice = new Choice(effect.target(), List.of());
  }

  /** Asks now, after the delay, or when somebody can be; says whether it journaled something. */
  boolean begin() {
    if (effect.delayMs() > 0) {
      delay = driver.shell().time().after(effect.delayMs(), this::delayed);
      return false;
    }
    var choosing = driver.shell().routing().choose(question());
    if (choosing.succeeded()) {
      intend(choosing.result());
      return true;
    }
    choosing.onSuccess(this::chosen);
    return false;
  }

  private void delayed() {
    if (!over) {
      driver.shell().routing().choose(question()).onSuccess(this::chosen);
    }
  }

  private void chosen(Choice chosen) {
    if (!over) {
      driver.act(() -> intend(chosen));
    }
  }

  private Question question() {
    var state = driver.state();
    var id = driver.id();
    return new Question(
        id.tenant(),
        id.root(),
        pin.route(),
        new Facts(pin.agent(), state.steps() + 1, inputTokens(), state.cost(), state.data()),
        choice.target(),
        effect.attempt(),
        state.turn().tries());
  }

  private long inputTokens() {
    return QuestionSize.tokens(pin.instructions(), pin.tools(), driver.state().transcript());
  }

  private Pin.Target target() {
    return pin.route().targets().get(choice.target());
  }

  private void intend(Choice chosen) {
    choice = chosen;
    intended = true;
    Transcript.flaw(driver.state().transcript())
        .ifPresent(
            flaw -> {
              throw new IllegalStateException("the transcript has " + flaw);
            });
    var asked =
        new Event.ModelAsked(effect.turn(), effect.attempt(), choice.target(), target().model());
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
                    target(),
                    pin.instructions(),
                    pin.tools(),
                    state.transcript(),
                    pin.output(),
                    shown(state),
                    run,
                    state.nextOrdinal(),
                    terms()),
                this);
    exchange = asked;
    asked.reply().onSuccess(this::replied).onFailure(this::failed);
  }

  private Model.Terms terms() {
    var hedge = pin.route().hedge();
    return new Model.Terms(driver.id().tenant(), inputTokens(), hedge, choice.spares(), 0);
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
    var served = exchange == null ? target() : exchange.served().orElseGet(this::target);
    answered(served, null);
    var usage = reply.usage();
    var cost = usage == null ? Usd.ZERO : served.price().cost(usage);
    var lost = exchange == null ? List.<Pin.Target>of() : exchange.lost();
    for (var loser : lost) {
      var read = new Usage(inputTokens(), 0, 0, 0, 0);
      usage = usage == null ? read : usage.plus(read);
      cost = cost.plus(loser.price().cost(read));
    }
    var all = new Reply(reply.parts(), reply.finish(), usage, reply.model());
    driver.happen(run, new Event.Replied(effect.turn(), effect.attempt(), all, cost, held(reply)));
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
    answered(target(), failure);
    var again = driver.shell().routing().after(question(), failure);
    driver.happen(run, new Event.ModelFailed(effect.turn(), effect.attempt(), failure, again));
  }

  private void answered(Pin.Target served, @Nullable ModelFailure failure) {
    long nanos = driver.shell().time().nanos() - askedAt;
    driver.shell().listener().modelAnswered(pin, served, firstChunkNanos, nanos, failure);
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
