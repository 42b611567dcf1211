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
 * @param tolerance how many of its answers may be errors
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
    Tolerance tolerance,
    Usd price) {
  public Contract {
    after = List.copyOf(after);
  }

  /**
   * How many of a tool's last answers in one run may be errors. Counted is what the tool itself
   * said; that it can't be reached or is too slow is no answer.
   *
   * @param warn at how many errors the model is told so; 0 switches this off
   * @param disable at how many errors the tool is not called any more in the run; 0 switches this
   *     off
   * @param of among how many answers, 1 to {@value #MOST}
   */
  public record Tolerance(int warn, int disable, int of) {
    public static final int MOST = 100;
    public static final Tolerance ANY = new Tolerance(0, 0, 1);

    public Tolerance {
      check(of >= 1 && of <= MOST, "failures.of must be from 1 to 100, was " + of);
      check(warn >= 0 && warn <= of, "failures.warn must be from 0 to failures.of, was " + warn);
      check(
          disable >= 0 && disable <= of,
          "failures.disable must be from 0 to failures.of, was " + disable);
    }

    public boolean none() {
      return warn == 0 && disable == 0;
    }

    private static void check(boolean holds, String sentence) {
      if (!holds) {
        throw new IllegalArgumentException(sentence);
      }
    }
  }

  /** A tool whose answers may all be errors, and that costs nothing. */
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
        Tolerance.ANY,
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

  public Contract withTimeout(long changedMs) {
    return new Contract(
        name,
        description,
        input,
        effect,
        after,
        exclusive,
        touches,
        onUnknown,
        changedMs,
        digest,
        into,
        byPeople,
        critical,
        tolerance,
        price);
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
        tolerance,
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
        tolerance,
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
