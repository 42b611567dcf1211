package io.tidegate.simulator.model;

import io.tidegate.simulator.fault.Fault;
import io.tidegate.simulator.scenario.Answer;
import io.tidegate.simulator.scenario.Answer.Finish;
import io.tidegate.simulator.scenario.Conversation;
import io.tidegate.simulator.scenario.Pace;
import io.tidegate.simulator.web.Answers;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One reply on its way to its client. */
final class Delivery {
  private final Vertx vertx;
  private final RoutingContext ctx;
  private final Wire wire;
  private final Wire.Ask ask;
  private final Conversation conversation;
  private final Tokenizer tokenizer;
  private final long number;
  private final Bills bills;

  Delivery(
      Vertx vertx,
      RoutingContext ctx,
      Wire wire,
      Wire.Ask ask,
      Conversation conversation,
      Tokenizer tokenizer,
      long number,
      Bills bills) {
    this.vertx = vertx;
    this.ctx = ctx;
    this.wire = wire;
    this.ask = ask;
    this.conversation = conversation;
    this.tokenizer = tokenizer;
    this.number = number;
    this.bills = bills;
  }

  void deliver(Answer answer, @Nullable Fault fault) {
    boolean usage = ask.usageInStream() || !ask.stream();
    if (fault == null) {
      send(answer, usage, null);
      return;
    }
    switch (fault.kind()) {
      case STATUS -> refuse(fault);
      case SLOW -> send(later(answer, fault.ms()), usage, null);
      case DRIBBLE -> send(slower(answer, fault.ms()), usage, null);
      case HANG -> {}
      case GARBAGE -> garbage();
      case BAD_ARGS -> send(answer.withBadArgs(), usage, null);
      case EMPTY -> send(answer.empty(), usage, null);
      case NO_USAGE -> send(answer, false, null);
      case LENGTH -> send(answer.half(Finish.LENGTH), usage, null);
      case CONTENT_FILTER -> send(answer.half(Finish.CONTENT_FILTER), usage, null);
      case CONTEXT_FULL -> send(answer.half(Finish.CONTEXT_FULL), usage, null);
      case PAUSE_TURN -> send(answer.half(Finish.PAUSE_TURN), usage, null);
      case REFUSAL -> send(refusal(answer), usage, null);
      case CUT, STALL, BROKEN_JSON, ERROR_EVENT, LOST -> send(answer, usage, fault);
    }
  }

  private void send(Answer answer, boolean usage, @Nullable Fault accident) {
    var pieces = Pieces.of(answer, index -> wire.callId(conversation.turns(), index));
    var used = Tokens.of(conversation, answer, tokenizer, ask.definitions());
    var tokens = usage ? used : null;
    var reply =
        new Wire.Reply(wire.replyId(number), ask.conversation().model(), answer, pieces, tokens);
    if (ask.stream()) {
      var bill = new Playback.Bill(bills, conversation.model(), used);
      new Playback(vertx, ctx.response(), wire, reply, accident, bill).start();
    } else {
      bills.complete(conversation.model(), used);
      int ms = answer.pace().first() + answer.pace().every() * pieces.size();
      vertx.setTimer(Math.max(1, ms), due -> whole(wire.whole(reply), accident));
    }
  }

  private void whole(String body, @Nullable Fault accident) {
    var half = body.substring(0, body.length() / 2);
    switch (accident == null ? null : accident.kind()) {
      case null -> Answers.text(ctx, 200, body);
      case CUT, LOST -> partly(body, half).onComplete(sent -> ctx.response().reset());
      case STALL -> partly(body, half);
      case BROKEN_JSON -> Answers.text(ctx, 200, half);
      default -> Answers.text(ctx, 500, wire.error(500, "The engine is overloaded."));
    }
  }

  private Future<Void> partly(String body, String half) {
    return ctx.response()
        .putHeader("content-type", "application/json")
        .putHeader("content-length", Integer.toString(body.length()))
        .write(half);
  }

  private void refuse(Fault fault) {
    if (fault.retryAfter() != null) {
      ctx.response().putHeader("retry-after", fault.retryAfter());
    }
    var sentence = "The simulator was told to answer %d.".formatted(fault.status());
    Answers.text(ctx, fault.status(), wire.error(fault.status(), sentence));
  }

  private void garbage() {
    var type = ask.stream() ? "text/event-stream" : "application/json";
    ctx.response()
        .putHeader("content-type", type)
        .end("<html><body>502 Bad Gateway</body></html>\n\n");
  }

  private static Answer later(Answer answer, int ms) {
    var pace = answer.pace();
    return answer.at(new Pace(pace.first() + ms, pace.every(), pace.words(), pace.frames()));
  }

  private static Answer slower(Answer answer, int ms) {
    var pace = answer.pace();
    return answer.at(new Pace(pace.first(), ms, pace.words(), pace.frames()));
  }

  private static Answer refusal(Answer answer) {
    return new Answer("", "I can't help with that.", List.of(), Finish.REFUSAL, answer.pace(), "");
  }
}
