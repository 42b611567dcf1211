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
 * @param into where in the state object the result of a call goes, such as {@code invoices.open}
 *     or, to append to an array, {@code invoices[]}; empty if nowhere
 * @param byPeople whether people answer its calls instead of a server
 * @param critical whether a call that fails ends the run
 * @param price what one call costs, whatever tries it takes
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
    String digest,
    String into,
    boolean byPeople,
    boolean critical,
    Usd price) {
  public Contract {
    after = List.copyOf(after);
  }

  /** A tool that costs nothing. */
  public Contract(
      String name,
      String description,
      Json input,
      SideEffect effect,
      List<String> after,
      String exclusive,
      String touches,
      OnUnknown onUnknown,
      long timeoutMs,
      String digest,
      String into,
      boolean byPeople,
      boolean critical) {
    this(
        name,
        description,
        input,
        effect,
        after,
        exclusive,
        touches,
        onUnknown,
        timeoutMs,
        digest,
        into,
        byPeople,
        critical,
        Usd.ZERO);
  }

  /** A tool whose results are for the model alone. */
  public Contract(
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
    this(
        name,
        description,
        input,
        effect,
        after,
        exclusive,
        touches,
        onUnknown,
        timeoutMs,
        digest,
        "",
        false,
        false);
  }

  public Contract withDigest(String changed) {
    return new Contract(
        name,
        description,
        input,
        effect,
        after,
        exclusive,
        touches,
        onUnknown,
        timeoutMs,
        changed,
        into,
        byPeople,
        critical,
        price);
  }

  public Contract withPrice(Usd changed) {
    return new Contract(
        name,
        description,
        input,
        effect,
        after,
        exclusive,
        touches,
        onUnknown,
        timeoutMs,
        digest,
        into,
        byPeople,
        critical,
        changed);
  }

  /**
   * Whether a call may start while the reply that holds it still streams: it changes nothing, comes
   * after nothing, writes nothing into the state and shares nothing with a call that is not known
   * yet.
   */
  public boolean eager() {
    return !byPeople
        && into.isEmpty()
        && effect == SideEffect.READ
        && after.isEmpty()
        && exclusive.isEmpty()
        && touches.isEmpty();
  }
}
