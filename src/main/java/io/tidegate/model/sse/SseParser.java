package io.tidegate.model.sse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Splits bytes, however they are cut, into server-sent events as the WHATWG HTML standard (section
 * 9.2.6) tells them apart.
 *
 * <p>Each byte is looked at once. The data of an event whose one {@code data} line arrived whole,
 * which is the common case, is handed on where it stands in the chunk, without a copy. Comments are
 * passed over, and so are the fields other than {@code data}: the protocols repeat {@code event} in
 * the data, and nobody reconnects to a model's reply by {@code id} and {@code retry}.
 */
public final class SseParser {

  /** Hears the events. */
  public interface Handler {
    /**
     * An event with data. The bytes are those of the data, undecoded, and valid during the call
     * alone.
     */
    void event(byte[] bytes, int start, int end) throws IOException;
  }

  /** A line or an event is larger than the parser holds. */
  public static final class TooLarge extends RuntimeException {
    private static final long serialVersionUID = 1;

    TooLarge(int limit) {
      super("an event of the stream is larger than " + limit + " bytes", null, false, false);
    }
  }

  private static final byte[] DATA = "data".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] BOM = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  private final int maxBytes;
  private final Handler handler;

  /** A line whose end has not come yet. */
  private final Bytes line = new Bytes();

  /** The data lines of the current event, but for one that still stands in its chunk. */
  private final Bytes data = new Bytes();

  private int dataLines;
  private int sliceStart = -1;
  private int sliceEnd = -1;
  private boolean first = true;
  private boolean afterCr;

  /**
   * A parser at the start of a stream.
   *
   * @param maxBytes the most bytes of a line, and of all data of an event
   * @param handler hears the events during {@link #feed}
   */
  public SseParser(int maxBytes, Handler handler) {
    this.maxBytes = maxBytes;
    this.handler = handler;
  }

  /**
   * Takes the next bytes of the stream.
   *
   * @throws TooLarge if a line or an event passes the limit; the parser is of no use after it
   * @throws IOException what the handler throws; the parser is of no use after it either
   */
  public void feed(byte[] chunk) throws IOException {
    if (line.length() == 0) {
      int rest = scan(chunk, 0, 0, chunk.length);
      line.append(chunk, rest, chunk.length);
    } else {
      int scanned = line.length();
      line.append(chunk, 0, chunk.length);
      line.dropBefore(scan(line.array(), 0, scanned, line.length()));
    }
    check(line.length());
  }

  /** Reads all whole lines and returns where the line begins that is not complete. */
  private int scan(byte[] bytes, int lineStart, int from, int end) throws IOException {
    int start = lineStart;
    for (int i = from; i < end; i++) {
      byte b = bytes[i];
      if (b == '\n' && afterCr) {
        start = i + 1;
      } else if (b == '\n' || b == '\r') {
        line(bytes, start, i);
        start = i + 1;
      }
      afterCr = b == '\r';
    }
    keepSlice(bytes);
    return start;
  }

  private void line(byte[] bytes, int lineStart, int end) throws IOException {
    int start = lineStart;
    if (first) {
      first = false;
      start += startsWith(BOM, bytes, start, end) ? BOM.length : 0;
    }
    if (start == end) {
      dispatch(bytes);
    } else if (isField(DATA, bytes, start, end)) {
      data(bytes, value(bytes, start + DATA.length, end), end);
    }
  }

  private void data(byte[] bytes, int start, int end) {
    check(data.length() + end - start);
    if (dataLines++ == 0) {
      sliceStart = start;
      sliceEnd = end;
      return;
    }
    keepSlice(bytes);
    data.append((byte) '\n');
    data.append(bytes, start, end);
  }

  /** Copies data that stands in a chunk, because the chunk goes or a second line comes. */
  private void keepSlice(byte[] bytes) {
    if (sliceStart >= 0) {
      data.append(bytes, sliceStart, sliceEnd);
      sliceStart = -1;
    }
  }

  private void dispatch(byte[] bytes) throws IOException {
    if (sliceStart >= 0) {
      handler.event(bytes, sliceStart, sliceEnd);
    } else if (dataLines > 0) {
      handler.event(data.array(), 0, data.length());
    }
    sliceStart = -1;
    dataLines = 0;
    data.clear();
  }

  private void check(int length) {
    if (length > maxBytes) {
      throw new TooLarge(maxBytes);
    }
  }

  private static boolean isField(byte[] name, byte[] bytes, int start, int end) {
    int after = start + name.length;
    return startsWith(name, bytes, start, end) && (after == end || bytes[after] == ':');
  }

  /** Where a field's value begins: after the colon, and one space if there is one. */
  private static int value(byte[] bytes, int afterName, int end) {
    int start = Math.min(afterName + 1, end);
    return start < end && bytes[start] == ' ' ? start + 1 : start;
  }

  private static boolean startsWith(byte[] prefix, byte[] bytes, int start, int end) {
    if (end - start < prefix.length) {
      return false;
    }
    for (int i = 0; i < prefix.length; i++) {
      if (bytes[start + i] != prefix[i]) {
        return false;
      }
    }
    return true;
  }
}
