package io.tidegate.guard;

import io.tidegate.conversation.Finish;
import io.tidegate.conversation.Json;
import io.tidegate.conversation.Message;
import io.tidegate.conversation.ModelFailure;
import io.tidegate.conversation.Part;
import io.tidegate.conversation.Price;
import io.tidegate.conversation.Reply;
import io.tidegate.conversation.ToolCall;
import io.tidegate.conversation.Usage;
import io.tidegate.conversation.Usd;
import io.tidegate.loop.Pin;
import io.tidegate.run.Ids;
import io.tidegate.run.Model;
import io.tidegate.run.Routing;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;

/** Targets, questions and a model that answers when the test says so. */
final class Fakes {
  private Fakes() {}

  static Pin.Target target(String model) {
    return target(model, 2, 1, null);
  }

  static Pin.Target target(String model, int attempts, int weight, String when) {
    return new Pin.Target(
        "p",
        model,
        Price.FREE,
        Pin.Timeout.DEFAULT,
        attempts,
        1_000,
        null,
        Pin.Pause.DEFAULT,
        weight,
        when);
  }

  static Model.Ask ask(Pin.Target target, Model.Terms terms) {
    return new Model.Ask(
        target, "", List.of(), List.of(new Message.User("Hello")), null, null, "r", 1, terms);
  }

  static Model.Ask ask(Pin.Target target, String tenant) {
    return ask(target, Model.Terms.plain(tenant));
  }

  static Routing.Question question(Pin.Route route, String session) {
    return question(route, session, 0, 1, 0);
  }

  static Routing.Question question(
      Pin.Route route, String session, int target, int attempt, int tries) {
    var facts = new Routing.Facts("agent", 1, () -> 10, Usd.ZERO, Json.EMPTY_OBJECT);
    return new Routing.Question("default", session, route, facts, target, attempt, tries);
  }

  static Ids ids(double fraction) {
    return new Ids() {
      @Override
      public String session() {
        return "s";
      }

      @Override
      public String run() {
        return "r";
      }

      @Override
      public int tag() {
        return 1;
      }

      @Override
      public double fraction() {
        return fraction;
      }
    };
  }

  /** Remembers what was asked. */
  static final class FakeModel implements Model {
    final List<Question> asked = new ArrayList<>();

    @Override
    public Exchange ask(Ask ask, Sink sink) {
      var question = new Question(ask, sink);
      asked.add(question);
      return question;
    }

    List<String> models() {
      return asked.stream().map(one -> one.ask.target().model()).toList();
    }
  }

  static final class Question implements Model.Exchange {
    final Model.Ask ask;
    final Model.Sink sink;
    private final Promise<Reply> promise = Promise.promise();
    boolean cancelled;

    Question(Model.Ask ask, Model.Sink sink) {
      this.ask = ask;
      this.sink = sink;
    }

    void answer(String text) {
      var usage = new Usage(10, 0, 0, 5, 0);
      answer(new Reply(List.of(new Part.Text(text)), Finish.END, usage, ask.target().model()));
    }

    void answer(Reply reply) {
      promise.complete(reply);
    }

    void fail(ModelFailure.Kind kind) {
      fail(kind, null);
    }

    void fail(ModelFailure.Kind kind, Long retryAfterMs) {
      promise.tryFail(new Model.Failed(new ModelFailure(kind, "It broke.", retryAfterMs)));
    }

    /** Fails as one who bills nothing for it. */
    void refuse(ModelFailure.Kind kind) {
      promise.tryFail(new Model.Failed(new ModelFailure(kind, "It broke.", null), true));
    }

    @Override
    public Future<Reply> reply() {
      return promise.future();
    }

    @Override
    public void cancel() {
      cancelled = true;
      fail(ModelFailure.Kind.UNREACHABLE);
    }
  }

  /** Hears a reply. */
  static final class Heard implements Model.Sink {
    final StringBuilder text = new StringBuilder();

    @Override
    public void text(String delta) {
      text.append(delta);
    }

    @Override
    public void reasoning(String delta) {}

    @Override
    public void sealed(ToolCall call) {}
  }
}
