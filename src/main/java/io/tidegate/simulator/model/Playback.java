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
  private int next;
  private long timer = -1;

  Playback(
      Vertx vertx,
      HttpServerResponse response,
      Wire wire,
      Wire.Reply reply,
      @Nullable Fault accident) {
    this.vertx = vertx;
    this.response = response;
    this.events = wire.events(reply);
    this.pieces = reply.pieces();
    this.pace = reply.answer().pace();
    this.accident = accident;
  }

  void start() {
    response.closeHandler(gone -> vertx.cancelTimer(timer));
    response.exceptionHandler(gone -> vertx.cancelTimer(timer));
    timer = vertx.setTimer(Math.max(1, pace.first()), due -> open());
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
    }
    next++;
    if (next >= pieces.size() && accident == null) {
      response.end(text + events.close());
      return true;
    }
    response.write(text);
    return false;
  }

  private boolean happens(Fault fault, String before) {
    switch (fault.kind()) {
      case CUT, LOST -> cut(before);
      case STALL -> response.write(before + ": \n\n");
      case BROKEN_JSON -> response.end(before + "data: {\"choices\":[{\"delta\":{\"con\n\n");
      case ERROR_EVENT -> response.end(before + events.overloaded());
      case STATUS,
          SLOW,
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
