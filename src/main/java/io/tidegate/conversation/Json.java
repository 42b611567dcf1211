package io.tidegate.conversation;

/**
 * JSON text that was parsed once and is known to be well formed. The pure ring carries it without
 * looking inside; adapters read and write it with their JSON library.
 *
 * @param text the JSON document as it is to be sent or stored
 */
public record Json(String text) {
  public static final Json NULL = new Json("null");
  public static final Json EMPTY_OBJECT = new Json("{}");

  /** A JSON string that holds the text, escaped as RFC 8259 section 7 asks. */
  public static Json string(String text) {
    var out = new StringBuilder(text.length() + 16).append('"');
    for (int i = 0; i < text.length(); i++) {
      escape(text.charAt(i), out);
    }
    return new Json(out.append('"').toString());
  }

  /** An object that tells a model what went wrong. */
  public static Json error(String sentence) {
    return new Json("{\"error\":" + string(sentence) + "}");
  }

  private static void escape(char c, StringBuilder out) {
    switch (c) {
      case '"' -> out.append("\\\"");
      case '\\' -> out.append("\\\\");
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      default -> {
        if (c < 0x20) {
          out.append(String.format("\\u%04x", (int) c));
        } else {
          out.append(c);
        }
      }
    }
  }

  public boolean isObject() {
    return !text.isEmpty() && text.charAt(0) == '{';
  }

  @Override
  public String toString() {
    return text;
  }
}
