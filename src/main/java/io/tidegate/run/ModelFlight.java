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
import io.tidegate.loop.Event.Estimate;
import io.tidegate.loop.Pin;
import io.tidegate.loop.RunState;
import io.tidegate.loop.Trace;
import io.tidegate.run.Budgets.Bill;
import io.tidegate.run.Budgets.Order;
import io.tidegate.run.Model.Ask;
import io.tidegate.run.Model.Exchange;
import io.tidegate.run.Model.Sink;
import io.tidegate.run.Routing.Choice;
import io.tidegate.run.Routing.Facts;
import io.tidegate.run.Routing.Question;
import io.tidegate.run.RunListener.Answered;
import io.tidegate.run.Time.Timer;
import io.vertx.core.AsyncResult;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A question to a model on its way: waits its delay, reserves what it may cost, journals that it
 * asks, passes deltas on, journals the reply.
 */
final class ModelFlight implements Flight, Sink {
  private final SessionDriver driver;
  private final Effect.AskModel effect;
  private final Pin pin;
  private final String run;
  private final Speech speech;
  private @Nullable Timer delay;
  private Routing.@Nullable Search search;
  private Till.@Nullable Ticket claim;
  private @Nullable Order order;
  private @Nullable Bill bill;
  private @Nullable Exchange exchange;
  private @Nullable Trace place;
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
    this.speech = new Speech(driver, effect, pin.verified());
    this.choice = new Choice(effect.target(), List.of());
  }

  /** Asks now, after the delay, or when somebody can be asked and paid. */
  void begin() {
    if (effect.delayMs() > 0) {
      delay = driver.shell().time().after(effect.delayMs(), this::delayed);
    } else {
      choose();
    }
  }

  private void delayed() {
    if (!over) {
      choose();
    }
  }

  private void choose() {
    var begun = driver.shell().routing().choose(question());
    search = begun;
    begun.choice().onSuccess(this::chosen);
  }

  private void chosen(Choice chosen) {
    search = null;
    if (!over) {
      choice = chosen;
      driver.act(this::reserve);
    }
  }

  private Question question() {
    var state = driver.state();
    var id = driver.id();
    return new Question(
        id.tenant(),
        id.root(),
        pin.route(),
        new Facts(pin.agent(), state.steps() + 1, size(state), state.cost(), state.data()),
        choice.target(),
        effect.attempt(),
        state.turn().tries());
  }

  private QuestionSize size(RunState state) {
    return new QuestionSize(pin.instructions(), pin.tools(), state.transcript());
  }

  private Pin.Target target() {
    return pin.route().targets().get(choice.target());
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
    var placed =
        Orders.model(driver.id(), state, driver.claimRank(), target(), estimate(state, asked));
    order = placed;
    claim =
        driver
            .till()
            .reserve(placed, refused -> driver.act(() -> reserved(asked, placed, refused)));
  }

  /** Who may be asked besides is paid for too. */
  private Estimate estimate(RunState state, Ask asked) {
    var first = InputBound.of(asked, choice.target(), state.spending().counted());
    var hedge = pin.route().hedge();
    return hedge == null || hedge.budget() == 0
        ? first
        : Stream.concat(Stream.of(target()), choice.spares().stream())
            .map(other -> InputBound.of(asked.to(other), -1, null))
            .max(Comparator.comparingLong(estimate -> estimate.cost().nanos()))
            .map(first::plus)
            .orElse(first);
  }

  private void reserved(Ask asked, Order placed, Optional<Event.BudgetRefused> refused) {
    claim = null;
    if (refused.isPresent()) {
      over = true;
      driver.note(run, refused.get());
      return;
    }
    intended = true;
    var event =
        new Event.ModelAsked(
            effect.turn(), effect.attempt(), choice.target(), target().model(), placed.estimate());
    driver.record(run, event).onSuccess(_ -> driver.perform(() -> ask(asked, placed)));
  }

  private Ask question(RunState state) {
    var trace = state.trace();
    place = trace == null ? null : trace.question(effect.turn(), effect.attempt());
    return new Ask(
        target(),
        pin.instructions(),
        state.offered(),
        state.transcript(),
        pin.output(),
        shown(state),
        run,
        state.nextOrdinal(),
        terms(state),
        place);
  }

  private Model.Terms terms(RunState state) {
    var route = pin.route();
    return new Model.Terms(
        driver.id().tenant(),
        driver.id().root(),
        size(state),
        route.hedge(),
        choice.spares(),
        0,
        route.cache());
  }

  private void ask(Ask question, Order placed) {
    if (over) {
      return;
    }
    askedAt = driver.shell().time().nanos();
    var asked = driver.shell().model().ask(question, this);
    exchange = asked;
    asked.reply().onComplete(reply -> settle(question, placed, asked, reply));
    asked.reply().onComplete(this::replied, this::failed);
  }

  /** Whoever still waits for the reply, it is to be paid for. */
  private void settle(Ask question, Order placed, Exchange asked, AsyncResult<Reply> ended) {
    if (ended.failed() && ended.cause() instanceof Model.Failed known && known.free()) {
      driver.till().release(placed);
      return;
    }
    bill = ended.succeeded() ? bill(question, asked, ended.result()) : null;
    var owed = ended.succeeded() ? placed.to(served(asked)) : placed;
    driver.till().settle(owed, bill, warned -> driver.warn(run, warned));
  }

  /**
   * What the reply came to, or null if nobody knows. Who was asked besides and cancelled had read
   * the question.
   */
  private @Nullable Bill bill(Ask question, Exchange asked, Reply reply) {
    var usage = reply.usage();
    if (usage == null) {
      return null;
    }
    var cost = served(asked).price().cost(usage);
    for (var loser : asked.lost()) {
      var read = new Usage(InputBound.of(question.to(loser), -1, null).input(), 0, 0, 0, 0);
      usage = usage.plus(read);
      cost = cost.plus(loser.price().cost(read));
    }
    return new Bill(usage, cost);
  }

  /** Who gave the reply. */
  private Pin.Target served(Exchange asked) {
    return asked.served().orElseGet(this::target);
  }

  private static @Nullable Json shown(RunState state) {
    boolean none = state.requirePin().state() == null && state.data().equals(Json.EMPTY_OBJECT);
    return none ? null : state.data();
  }

  @Override
  public void text(String delta) {
    heard();
    if (!over) {
      speech.text(delta);
    }
  }

  @Override
  public void reasoning(String delta) {
    heard();
    if (!over) {
      speech.reasoning(delta);
    }
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
    speech.flush();
    answered(exchange == null ? target() : served(exchange), reply.usage(), null);
    var known = bill;
    var all =
        known == null
            ? reply
            : new Reply(reply.parts(), reply.finish(), known.usage(), reply.model());
    driver.happen(
        run,
        new Event.Replied(
            effect.turn(), effect.attempt(), all, cost(known), held(reply), read(reply)));
  }

  /** What was counted for the question by who answers it, if others were asked besides. */
  private Event.@Nullable Read read(Reply reply) {
    var asked = exchange;
    var usage = reply.usage();
    if (asked == null || usage == null) {
      return null;
    }
    var served = asked.served().orElseGet(this::target);
    if (asked.lost().isEmpty() && served.equals(target())) {
      return null;
    }
    int index = served.equals(target()) ? choice.target() : pin.route().targets().indexOf(served);
    return new Event.Read(index, usage.input());
  }

  /** A reply whose usage nobody knows counts as what was reserved for it. */
  private Usd cost(@Nullable Bill known) {
    if (known != null) {
      return known.cost();
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
    speech.stop();
    var failure =
        thrown instanceof Model.Failed known
            ? known.failure()
            : ModelFailure.of(ModelFailure.Kind.MALFORMED, String.valueOf(thrown.getMessage()));
    answered(target(), null, failure);
    var again = driver.shell().routing().after(question(), failure);
    boolean free = thrown instanceof Model.Failed known && known.free();
    driver.happen(
        run, new Event.ModelFailed(effect.turn(), effect.attempt(), failure, again, free));
  }

  private void answered(Pin.Target served, @Nullable Usage usage, @Nullable ModelFailure failure) {
    long nanos = driver.shell().time().nanos() - askedAt;
    var answered = new Answered(pin, served, firstChunkNanos, nanos, usage, failure, place);
    driver.shell().listener().modelAnswered(answered);
  }

  /** What the reply holds so far, or null if nobody may see it yet. */
  Sessions.@Nullable Partial partial() {
    return over || exchange == null || pin.verified() ? null : speech.partial();
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
    speech.stop();
    if (delay != null) {
      delay.cancel();
    }
    if (search != null) {
      search.cancel();
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
