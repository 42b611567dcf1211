package io.tidegate.guard;

/**
 * Hears what guards do; it must not block. Names are those of the configuration: {@code
 * provider/model} for a model's target.
 */
public interface GuardListener {
  GuardListener NONE = new GuardListener() {};

  /** A breaker changed its state. */
  default void breaker(String name, Breaker.State before, Breaker.State now) {}
}
