package io.tidegate.model.wire;

/**
 * Makes deltas whole: a character outside the basic plane may come in two halves, and half a
 * character can be neither shown nor stored. A half that stays alone becomes U+FFFD.
 */
final class WholeText {
  private static final char REPLACEMENT = '\uFFFD';
  private char held;

  /** What can be told now: the delta, without a first half at its end, after the one held back. */
  String add(String delta) {
    String text = held == 0 ? delta : held + delta;
    held = 0;
    int last = text.length() - 1;
    if (last >= 0 && Character.isHighSurrogate(text.charAt(last))) {
      held = text.charAt(last);
      text = text.substring(0, last);
    }
    return wellFormed(text);
  }

  /** What is left at the end. */
  String rest() {
    boolean none = held == 0;
    held = 0;
    return none ? "" : String.valueOf(REPLACEMENT);
  }

  /** The text with each half character replaced. */
  static String wellFormed(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        return replaced(text, i);
      }
    }
    return text;
  }

  private static String replaced(String text, int from) {
    var out = new StringBuilder(text);
    for (int i = from; i < out.length(); i++) {
      if (i + 1 < out.length() && Character.isSurrogatePair(out.charAt(i), out.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(out.charAt(i))) {
        out.setCharAt(i, REPLACEMENT);
      }
    }
    return out.toString();
  }
}
