package io.tidegate.run;

/** Text that must not be shown: it prints as {@code [hidden]}. */
public final class Secret {
  public static final Secret NONE = new Secret("");
  private final String text;

  public Secret(String text) {
    this.text = text;
  }

  /** The text itself, for the wire alone. */
  public String reveal() {
    return text;
  }

  public boolean isEmpty() {
    return text.isEmpty();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Secret secret && secret.text.equals(text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return "[hidden]";
  }
}
