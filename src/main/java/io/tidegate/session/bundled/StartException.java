package io.tidegate.session.bundled;

import org.jspecify.annotations.Nullable;

/** Why the bundled Redis does not run, and what to do about it. */
public final class StartException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private StartException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  static StartException inUse(Object folder, String pid) {
    return new StartException(
        "the folder "
            + folder
            + " is in use by another gateway (pid "
            + pid
            + "); stop it, or set TIDEGATE_DATA to another folder, or REDIS_URL to a Redis that"
            + " both may use",
        null);
  }

  static StartException cannot(String what, @Nullable Throwable cause) {
    return new StartException(
        "the bundled Redis can't run here: "
            + what
            + ". Set REDIS_URL, such as redis://localhost:6379, to use a Redis of your own (6.2 or"
            + " later)",
        cause);
  }
}
