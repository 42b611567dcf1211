package io.tidegate.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Server-sent events, as the WHATWG HTML standard (section 9.2) writes them. */
public final class Sse {
  /** No event takes more than its JSON and this, in bytes. */
  public static final int FRAME_BYTES = 128;

  private static final byte[] EVENT = "event: ".getBytes(UTF_8);
  private static final byte[] DATA = "\ndata: ".getBytes(UTF_8);
  private static final byte[] END = "\n\n".getBytes(UTF_8);
  private static final byte[] ID_FIELD = "id: ".getBytes(UTF_8);
  private static final byte DASH = '-';
  private static final byte LINE = '\n';
  private static final Pattern ID = Pattern.compile("(\\d{1,18})-(\\d{1,18})");

  private Sse() {}

  /**
   * A place in a session's log.
   *
   * @param generation which log it is: one that lost its tail starts another generation, so that
   *     old places can't match it
   * @param seq the last entry that the client has
   */
  public record Position(long generation, long seq) {
    @Override
    public String toString() {
      return generation + "-" + seq;
    }
  }

  /** Appends the event as it goes over the wire; only durable events have an id. */
  public static void append(PublicEvent event, long generation, Buffer out) {
    if (event.durable()) {
      out.appendBytes(ID_FIELD)
          .appendString(Long.toString(generation))
          .appendByte(DASH)
          .appendString(Long.toString(event.seq()))
          .appendByte(LINE);
    }
    // The JSON of a public event has no line break, so it is one line of data.
    out.appendBytes(EVENT)
        .appendString(event.type())
        .appendBytes(DATA)
        .appendBuffer(event.json())
        .appendBytes(END);
  }

  /** Tells the client how long to wait before it connects again. */
  public static Buffer retry(long ms) {
    return Buffer.buffer("retry: " + ms + "\n\n");
  }

  /** A comment that clients skip; it keeps what is between from taking the stream for dead. */
  public static Buffer keepAlive() {
    return Buffer.buffer(":\n\n");
  }

  /** Reads the {@code Last-Event-ID} header; empty if it is missing or none of ours. */
  public static Optional<Position> parseLastEventId(@Nullable String header) {
    if (header == null) {
      return Optional.empty();
    }
    var id = ID.matcher(header.strip());
    return id.matches()
        ? Optional.of(new Position(Long.parseLong(id.group(1)), Long.parseLong(id.group(2))))
        : Optional.empty();
  }
}
