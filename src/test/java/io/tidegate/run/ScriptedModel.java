package io.tidegate.run;

import io.tidegate.conversation.Finish;
import io.tidegate.conversation.Message;
import io.tidegate.conversation.ModelFailure;
import io.tidegate.conversation.Part;
import io.tidegate.conversation.Reply;
import io.tidegate.conversation.ToolCall;
import io.tidegate.conversation.Transcript;
import io.tidegate.conversation.Usage;
import io.tidegate.loop.Pin;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A model that answers at once what the script says to the transcript, or, where the script says
 * nothing, what the test says later.
 */
final class ScriptedModel implements Model {
  private volatile Function<Ask, Reply> script = _ -> null;
  private final List<String> wrongs = new CopyOnWriteArrayList<>();
  private final List<Question> questions = new CopyOnWriteArrayList<>();

  /** A question that was put, and the way to answer it. */
  static final class Question implements Exchange {
    final Ask ask;
    final Sink sink;
    private final Promise<Reply> promise = Promise.promise();
    volatile boolean cancelled;
    volatile List<Pin.Target> lost = List.of();
    volatile Pin.@Nullable Target served;

    private Question(Ask ask, Sink sink) {
      this.ask = ask;
      this.sink = sink;
    }

    void answer(Reply reply) {
      promise.tryComplete(reply);
    }

    void fail(ModelFailure.Kind kind) {
      promise.tryFail(new Failed(ModelFailure.of(kind, "It broke.")));
    }

    /** Fails as one who bills nothing for it. */
    void refuse(ModelFailure.Kind kind) {
      promise.tryFail(new Failed(ModelFailure.of(kind, "It broke."), true));
    }

    @Override
    public Optional<Pin.Target> served() {
      return Optional.ofNullable(served);
    }

    @Override
    public List<Pin.Target> lost() {
      return lost;
    }

    /** Wants to be left alone for so long. */
    void failFor(long ms) {
      promise.tryFail(
          new Failed(new ModelFailure(ModelFailure.Kind.RATE_LIMITED, "Not so fast.", ms)));
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

  ScriptedModel answers(Function<Ask, Reply> how) {
    script = how;
    return this;
  }

  @Override
  public Exchange ask(Ask ask, Sink sink) {
    Transcript.flaw(ask.transcript()).ifPresent(wrongs::add);
    var question = new Question(ask, sink);
    questions.add(question);
    var reply = script.apply(ask);
    if (reply != null) {
      question.answer(reply);
    }
    return question;
  }

  List<Question> questions() {
    return questions;
  }

  /** What was wrong with transcripts that came. */
  List<String> wrongs() {
    return wrongs;
  }

  Question last() {
    return questions.getLast();
  }

  /** How many replies the transcript holds. */
  static int replies(Ask ask) {
    return (int) ask.transcript().stream().filter(Message.Assistant.class::isInstance).count();
  }

  /** A reply with calls, each written as {@code tool:n}, where n is its only argument. */
  static Reply reply(Ask ask, String text, String... calls) {
    var parts = new ArrayList<Part>();
    if (!text.isEmpty()) {
      parts.add(new Part.Text(text));
    }
    for (int i = 0; i < calls.length; i++) {
      parts.add(new Part.Call(call(ask, i, calls[i])));
    }
    var finish = calls.length == 0 ? Finish.END : Finish.CALLS;
    return new Reply(parts, finish, new Usage(10, 0, 0, 5, 0), "model");
  }

  static ToolCall call(Ask ask, int index, String spec) {
    int colon = spec.indexOf(':');
    var arguments = "{\"n\":" + spec.substring(colon + 1) + "}";
    return new ToolCall(ask.callId(index), "w" + index, spec.substring(0, colon), arguments);
  }
}
