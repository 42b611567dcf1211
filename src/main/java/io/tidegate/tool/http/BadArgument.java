package io.tidegate.tool.http;

/** An argument that can't stand where the template wants it; the message is for the model. */
public final class BadArgument extends Exception {
  private static final long serialVersionUID = 1;

  BadArgument(String message) {
    super(message, null, false, false);
  }
}
