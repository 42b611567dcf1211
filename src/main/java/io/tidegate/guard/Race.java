package io.tidegate.guard;

import io.tidegate.conversation.Reply;
import io.tidegate.conversation.ToolCall;
import io.tidegate.loop.Pin.Target;
import io.tidegate.run.Model;
import io.tidegate.run.Model.Ask;
import io.tidegate.run.Model.Exchange;
import io.tidegate.run.Model.Failed;
import io.tidegate.run.Model.Sink;
import io.tidegate.run.Time;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One question put to one target and then maybe to another: the first that says anything wins. On
 * its asker's context alone.
 */
final class Race implements Exchange {
  private final Model model;
  private final Ask ask;
  private final Sink sink;
  private final GuardListener listener;
  private final Promise<Reply> reply = Promise.promise();
  private final List<Runner> running = new ArrayList<>();
  private final List<Target> lost = new ArrayList<>();
  private @Nullable Runner winner;
  private Time.@Nullable Timer timer;
  private boolean over;

  Race(Model model, Ask ask, Sink sink, GuardListener listener) {
    this.model = model;
    this.ask = ask;
    this.sink = sink;
    this.listener = listener;
  }

  void start() {
    new Runner(ask).start();
  }

  /** Asks whom {@code second} names if nothing was said until then; null for nobody. */
  void hedgeAfter(long ms, Time time, Supplier<@Nullable Target> second) {
    if (!over && winner == null) {
      timer = time.after(ms, () -> hedge(second));
    }
  }

  private void hedge(Supplier<@Nullable Target> second) {
    timer = null;
    if (over || winner != null || running.stream().noneMatch(one -> one.asked().sent())) {
      // A question that still waits in line would only have to wait twice.
      return;
    }
    var target = second.get();
    if (target != null) {
      listener.hedged(ask.target().name(), target.name());
      new Runner(ask.to(target)).start();
    }
  }

  private void won(Runner first) {
    if (winner != null || over) {
      return;
    }
    winner = first;
    stopTimer();
    if (!first.ask.equals(ask)) {
      listener.hedgeWon(first.ask.target().name());
    }
    for (var other : List.copyOf(running)) {
      if (other != first) {
        cancel(other);
      }
    }
  }

  private void cancel(Runner loser) {
    running.remove(loser);
    if (loser.asked().sent()) {
      lost.add(loser.ask.target());
    }
    loser.asked().cancel();
  }

  private void replied(Runner runner, Reply whole) {
    won(runner);
    if (winner == runner && !over) {
      over = true;
      reply.complete(whole);
    }
  }

  /** Who fails while another runs is out of the race; the last one's failure is everybody's. */
  private void failed(Runner runner, Throwable why) {
    if (!running.remove(runner) || over) {
      return;
    }
    if (winner == runner || running.isEmpty()) {
      over = true;
      stopTimer();
      reply.fail(lost.isEmpty() ? why : paid(why));
    } else if (!Unasked.free(why)) {
      lost.add(runner.ask.target());
    }
  }

  /** The last failure may have cost nothing, but others cost something. */
  private static Throwable paid(Throwable why) {
    var failure = Unasked.in(why);
    return failure == null ? why : new Failed(failure);
  }

  private void stopTimer() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }

  @Override
  public Future<Reply> reply() {
    return reply.future();
  }

  @Override
  public void cancel() {
    if (over) {
      return;
    }
    over = true;
    stopTimer();
    boolean sent = sent();
    List.copyOf(running).forEach(one -> one.asked().cancel());
    reply.fail(Unasked.cancelled(sent));
  }

  @Override
  public boolean sent() {
    return !lost.isEmpty() || running.stream().anyMatch(one -> one.asked().sent());
  }

  @Override
  public Optional<Target> served() {
    return Optional.ofNullable(winner).map(won -> won.ask.target());
  }

  @Override
  public List<Target> lost() {
    return List.copyOf(lost);
  }

  /** One of those who were asked. What it says counts if it was the first to say something. */
  private final class Runner implements Sink {
    private final Ask ask;
    private @Nullable Exchange exchange;

    Runner(Ask ask) {
      this.ask = ask;
    }

    void start() {
      running.add(this);
      var asked = model.ask(ask, this);
      exchange = asked;
      asked.reply().onSuccess(whole -> replied(this, whole)).onFailure(why -> failed(this, why));
    }

    Exchange asked() {
      var asked = exchange;
      if (asked == null) {
        throw new IllegalStateException("a model spoke before it was asked");
      }
      return asked;
    }

    private boolean leads() {
      won(this);
      return winner == this && !over;
    }

    @Override
    public void text(String delta) {
      if (leads()) {
        sink.text(delta);
      }
    }

    @Override
    public void reasoning(String delta) {
      if (leads()) {
        sink.reasoning(delta);
      }
    }

    @Override
    public void sealed(ToolCall call) {
      if (leads()) {
        sink.sealed(call);
      }
    }
  }
}
