package io.tidegate.tool.http;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Percent-encoding (RFC 3986 section 2.1) of everything but unreserved characters. */
final class Percent {
  private static final String HEX = "0123456789ABCDEF";

  private Percent() {}

  /** The text as data: it can end neither a path segment nor a query parameter. */
  static String encode(String text) {
    var out = new StringBuilder(text.length() + 16);
    for (byte b : text.getBytes(UTF_8)) {
      if (unreserved(b)) {
        out.append((char) b);
      } else {
        out.append('%').append(HEX.charAt((b >> 4) & 15)).append(HEX.charAt(b & 15));
      }
    }
    return out.toString();
  }

  private static boolean unreserved(byte b) {
    return (b >= 'a' && b <= 'z')
        || (b >= 'A' && b <= 'Z')
        || (b >= '0' && b <= '9')
        || b == '-'
        || b == '.'
        || b == '_'
        || b == '~';
  }
}
