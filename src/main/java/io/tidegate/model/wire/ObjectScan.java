package io.tidegate.model.wire;

/**
 * Follows the braces of a growing JSON object, to see when it closes. Whether it is well formed
 * within is for its reader to find out.
 */
final class ObjectScan {
  private int depth;
  private boolean inString;
  private boolean escaped;
  private boolean opened;
  private boolean more;

  void add(String fragment) {
    for (int i = 0; i < fragment.length(); i++) {
      add(fragment.charAt(i));
    }
  }

  /** Whether the object has been closed and nothing came after it. */
  boolean closed() {
    return opened && depth == 0 && !more;
  }

  private void add(char c) {
    if (inString) {
      inString = escaped || c != '"';
      escaped = !escaped && c == '\\';
      return;
    }
    more |= !Character.isWhitespace(c) && (depth == 0 && (opened || c != '{'));
    switch (c) {
      case '"' -> inString = true;
      case '{', '[' -> {
        depth++;
        opened = true;
      }
      case '}', ']' -> depth--;
      default -> {}
    }
  }
}
