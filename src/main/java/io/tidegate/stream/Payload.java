package io.tidegate.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Values of events that may be large: those over 16 KB are named instead of shown. */
final class Payload {
  /** The most bytes of UTF-8 that an event shows of one value. */
  static final int SHOWN_BYTES = 16 * 1024;

  private static final int MOST_BYTES_A_CHAR = 3;

  private Payload() {}

  /** A value kept as a blob: its digest, and its length in UTF-8. */
  record Reference(String digest, int bytes) {}

  /** The reference of a value that is too large to be shown, or null if it is not. */
  static @Nullable Reference large(String text) {
    if (text.length() <= SHOWN_BYTES / MOST_BYTES_A_CHAR) {
      return null;
    }
    var utf8 = text.getBytes(UTF_8);
    return utf8.length <= SHOWN_BYTES ? null : new Reference(digest(utf8), utf8.length);
  }

  private static String digest(byte[] utf8) {
    try {
      var hash = MessageDigest.getInstance("SHA-256").digest(utf8);
      return "sha256:" + HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /**
   * JSON that fits on a line of UTF-8. A line break in JSON can only stand between tokens, where a
   * space means the same; half a surrogate pair has no UTF-8 and becomes a question mark.
   */
  static String singleLine(String json) {
    for (int i = 0; i < json.length(); i++) {
      char c = json.charAt(i);
      if (c == '\n' || c == '\r' || Character.isSurrogate(c)) {
        return new String(json.getBytes(UTF_8), UTF_8).replace('\n', ' ').replace('\r', ' ');
      }
    }
    return json;
  }
}
