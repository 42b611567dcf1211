package io.tidegate.tool.builtin;

/** Input that a built-in tool can't work with; the message is a sentence for the model. */
public final class BadInput extends Exception {
  private static final long serialVersionUID = 1;

  BadInput(String message) {
    super(message, null, false, false);
  }
}
