package io.tidegate.simulator.fault;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One way to fail.
 *
 * @param status the HTTP status of {@link Kind#STATUS}
 * @param after how many pieces of a streamed reply are sent before it happens
 * @param ms how long {@link Kind#SLOW} waits, and {@link Kind#DRIBBLE} after each piece, in
 *     milliseconds
 * @param retryAfter the value of a {@code Retry-After} header, or null for none
 */
public record Fault(Kind kind, int status, int after, int ms, @Nullable String retryAfter) {

  /** What goes wrong. */
  public enum Kind {
    /** An error status instead of an answer; written as the number. */
    STATUS,
    /** The answer comes late. */
    SLOW,
    /** The reply comes piece by piece, with long pauses. */
    DRIBBLE,
    /** No answer ever comes; the connection stays open. */
    HANG,
    /** The connection breaks: in mid-stream, or before a tool does anything. */
    CUT,
    /** The stream stops, and the connection stays open. */
    STALL,
    /** The answer is 200, and not what the protocol says. */
    GARBAGE,
    /** One event of the stream is broken JSON. */
    BROKEN_JSON,
    /** The arguments of the tool calls are no JSON. */
    BAD_ARGS,
    /** The provider reports an error in the middle of a 200. */
    ERROR_EVENT,
    /** The reply has neither text nor calls. */
    EMPTY,
    /** The reply doesn't say what it used. */
    NO_USAGE,
    /** The reply ends half-way, at the limit of its tokens. */
    LENGTH,
    /** The provider's filter ends the reply half-way. */
    CONTENT_FILTER,
    /** The model refuses. */
    REFUSAL,
    /** The model wants to be sent its own words back (Anthropic). */
    PAUSE_TURN,
    /** The transcript no longer fits: the reply ends half-way. */
    CONTEXT_FULL,
    /** A tool does its work, and the connection breaks before it answers. */
    LOST;

    String wire() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** The kind as it is written: {@code 429}, {@code cut}, {@code error-event}. */
  public String wire() {
    return kind == Kind.STATUS ? Integer.toString(status) : kind.wire();
  }

  /** Reads what {@link #wire} writes; underscores will do as well. */
  static Fault of(String wire, int after, int ms, @Nullable String retryAfter) {
    if (wire.matches("[45]\\d\\d")) {
      return new Fault(Kind.STATUS, Integer.parseInt(wire), after, ms, retryAfter);
    }
    var name = wire.toUpperCase(Locale.ROOT).replace('-', '_');
    for (var kind : Kind.values()) {
      if (kind != Kind.STATUS && kind.name().equals(name)) {
        return new Fault(kind, 0, after, ms, retryAfter);
      }
    }
    throw new IllegalArgumentException(
        "There is no failure '%s'; write a status like 503, or one of slow, dribble, hang, cut, stall, garbage, broken-json, bad-args, error-event, empty, no-usage, length, content-filter, refusal, pause-turn, context-full, lost."
            .formatted(wire));
  }
}
