package io.tidegate.conversation;

/**
 * What a tool does to the world, as its operator declares it; recovery, retries and eager start go
 * by it.
 */
public enum SideEffect {
  /** It changes nothing: it may run again, and before the reply that asks for it is complete. */
  READ,
  /** It changes something, but the same idempotency key changes it once. */
  IDEMPOTENT,
  /** It changes something each time it is called. */
  WRITE
}
