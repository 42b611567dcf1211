package io.tidegate.conversation;

import org.jspecify.annotations.Nullable;

/**
 * A model call that gave no reply. Whether the same target may be asked again is part of the kind.
 *
 * @param kind what went wrong
 * @param message a sentence for people, without secrets
 * @param retryAfterMs the wait in milliseconds that the provider asked for, or null
 */
public record ModelFailure(Kind kind, String message, @Nullable Long retryAfterMs) {

  /** What went wrong, and whether asking the same target again can help. */
  public enum Kind {
    /** Too many requests or tokens for now (HTTP 429). */
    RATE_LIMITED(true),
    /**
     * The provider has no capacity or failed within (5xx, Anthropic's {@code overloaded_error}).
     */
    OVERLOADED(true),
    /** No connection, or it broke before the reply was complete. */
    UNREACHABLE(true),
    /** A deadline passed: connect, first chunk, between chunks, or in all. */
    TIMED_OUT(true),
    /** The stream was not what the protocol says. */
    MALFORMED(true),
    /** The key was not accepted (401, 403). */
    UNAUTHORIZED(false),
    /**
     * The provider did not accept the request (400, 404, 422): asking again gives the same answer.
     */
    REJECTED(false),
    /** The transcript does not fit the model's context window. */
    CONTEXT_FULL(false);

    private final boolean retryable;

    Kind(boolean retryable) {
      this.retryable = retryable;
    }

    public boolean retryable() {
      return retryable;
    }
  }

  public static ModelFailure of(Kind kind, String message) {
    return new ModelFailure(kind, message, null);
  }
}
