package io.tidegate.session.codec;

import org.jspecify.annotations.Nullable;

/** A stored entry that this process can't read. */
public final class FormatException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private FormatException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** What was written by a newer version of Tidegate, which may mean what this one can't know. */
  public static FormatException newer(String what, String sign) {
    return new FormatException(
        what
            + " was written by a newer Tidegate ("
            + sign
            + "; this one reads version "
            + EntryCodec.VERSION
            + "): upgrade this gateway",
        null);
  }

  public static FormatException broken(String what, String problem) {
    return new FormatException(what + " can't be read: " + problem, null);
  }

  public static FormatException broken(String what, Throwable cause) {
    return new FormatException(what + " can't be read: " + cause.getMessage(), cause);
  }
}
