package io.tidegate.tool.http;

/** A redirect that is not followed; the message says why. */
public final class BadRedirect extends Exception {
  private static final long serialVersionUID = 1;

  BadRedirect(String message) {
    super(message, null, false, false);
  }
}
