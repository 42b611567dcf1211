package io.tidegate.simulator.model;

import io.tidegate.simulator.fault.Fault;
import io.tidegate.simulator.scenario.Pace;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Streams a reply at its pace, no faster than the client reads, up to its end or to an accident. It
 * renders each piece when its time comes.
 */
final class Playback {
  private final Vertx vertx;
  private final HttpServerResponse response;
  private final Wire.Events events;
  private final List<Piece> pieces;
  private final Pace pace;
  private final @Nullable Fault accident;
  private final Bill bill;
  private int next;
  private int saidChars;
  private boolean billed;
  private long timer = -1;

  /** Where the reply is charged, and what for if it is whole. */
  record Bill(Bills bills, String model, Tokens whole) {}

  Playback(
      Vertx vertx,
      HttpServerResponse response,
      Wire wire,
      Wire.Reply reply,
      @Nullable Fault accident,
      Bill bill) {
    this.vertx = vertx;
    this.response = response;
    this.events = wire.events(reply);
    this.pieces = reply.pieces();
    this.pace = reply.answer().pace();
    this.accident = accident;
    this.bill = bill;
  }

  void start() {
    response.closeHandler(gone -> broken());
    response.exceptionHandler(gone -> broken());
    timer = vertx.setTimer(Math.max(1, pace.first()), due -> open());
  }

  /** What was read and said is charged, whoever broke it off. */
  private void broken() {
    vertx.cancelTimer(timer);
    if (!billed) {
      billed = true;
      bill.bills().broken(bill.model(), bill.whole().input(), Tokens.count(saidChars));
    }
  }

  private void open() {
    response
        .putHeader("content-type", "text/event-stream; charset=utf-8")
        .putHeader("cache-control", "no-cache")
        .setChunked(true);
    if (pace.every() == 0) {
      pour();
      return;
    }
    if (!step()) {
      timer = vertx.setPeriodic(pace.every(), tick -> beat());
    }
  }

  private void beat() {
    if (!response.writeQueueFull() && step()) {
      vertx.cancelTimer(timer);
    }
  }

  private void pour() {
    while (!step()) {
      if (response.writeQueueFull()) {
        response.drainHandler(room -> pour());
        return;
      }
    }
  }

  /** Sends one piece with what belongs around it; true if that was the last. */
  private boolean step() {
    var text = next == 0 ? events.open() : "";
    if (accident != null && next >= Math.min(accident.after(), pieces.size())) {
      return happens(accident, text);
    }
    if (next < pieces.size()) {
      text += events.piece(pieces.get(next));
      saidChars += chars(pieces.get(next));
    }
    next++;
    if (next >= pieces.size() && accident == null) {
      billed = true;
      bill.bills().complete(bill.model(), bill.whole());
      response.end(text + events.close());
      return true;
    }
    response.write(text);
    return false;
  }

  private static int chars(Piece piece) {
    return switch (piece) {
      case Piece.Think(var text) -> text.length();
      case Piece.Say(var text) -> text.length();
      case Piece.Refuse(var text) -> text.length();
      case Piece.Open(var _, var _, var tool) -> tool.length();
      case Piece.Args(var _, var fragment) -> fragment.length();
    };
  }

  private boolean happens(Fault fault, String before) {
    switch (fault.kind()) {
      case CUT, LOST -> cut(before);
      case STALL -> response.write(before + ": \n\n");
      case BROKEN_JSON -> response.end(before + "data: {\"choices\":[{\"delta\":{\"con\n\n");
      case ERROR_EVENT -> response.end(before + events.overloaded());
      case STATUS,
          SLOW,
          DRIBBLE,
          HANG,
          GARBAGE,
          BAD_ARGS,
          EMPTY,
          NO_USAGE,
          LENGTH,
          CONTENT_FILTER,
          REFUSAL,
          PAUSE_TURN,
          CONTEXT_FULL ->
          throw new IllegalStateException(fault.kind() + " is no accident of a stream.");
    }
    return true;
  }

  private void cut(String before) {
    response.write(before + "data: {\"cho").onComplete(sent -> response.reset());
  }
}
