package io.tidegate.conversation;

import java.util.List;

/**
 * What a tool promises and asks for, as a run pins it. Where and how it is reached, and its
 * secrets, stay in the configuration.
 *
 * @param name the name in configuration and API
 * @param description what the model reads about it
 * @param input the JSON Schema (2020-12) of its arguments
 * @param effect what it does to the world
 * @param after tools whose calls in the same reply come first
 * @param exclusive a CEL expression over {@code args} whose value names what a call holds alone, or
 *     empty
 * @param touches a CEL expression over {@code args} whose value names what a call reads or writes,
 *     or empty
 * @param onUnknown what happens when its outcome is unknown
 * @param timeoutMs how long one call may take in all, in milliseconds
 * @param digest the digest of everything that an approval of a call of it relies on
 */
public record Contract(
    String name,
    String description,
    Json input,
    SideEffect effect,
    List<String> after,
    String exclusive,
    String touches,
    OnUnknown onUnknown,
    long timeoutMs,
    String digest) {
  public Contract {
    after = List.copyOf(after);
  }

  /**
   * Whether a call may start while the reply that holds it still streams: it changes nothing, comes
   * after nothing and shares nothing with a call that is not known yet.
   */
  public boolean eager() {
    return effect == SideEffect.READ && after.isEmpty() && exclusive.isEmpty() && touches.isEmpty();
  }
}
