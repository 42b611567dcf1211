package io.tidegate.run;

/**
 * A request that can't be carried out, and a sentence that says what to change. Nothing was done.
 */
public final class Rejection extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** What stands against the request. */
  public enum Kind {
    /** There is no such session, run, call, agent or blob. */
    NOT_FOUND,
    /** The session has a run under way. */
    BUSY,
    /** Somebody decided this before. */
    ALREADY_DECIDED,
    /** Whoever asks is not among those who may decide. */
    FORBIDDEN,
    /** What the request goes by is no longer so. */
    CHANGED,
    /** The session went on since it was looked at. */
    STALE,
    /** The name is taken. */
    EXISTS,
    /** It is understood, but can't be right. */
    INVALID,
    /** The idempotency key was used with another request. */
    KEY_REUSED,
    /** Too much is going on. */
    OVERLOADED,
    /** The gateway can't do it now: it is leaving, or Redis does not answer. */
    UNAVAILABLE
  }

  private final Kind kind;

  public Rejection(Kind kind, String message) {
    super(message, null, false, false);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
