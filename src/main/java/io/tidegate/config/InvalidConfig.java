package io.tidegate.config;

import java.util.List;

/** The configuration can't be used; the message lists everything that is wrong with it. */
public final class InvalidConfig extends RuntimeException {
  private static final long serialVersionUID = 1;
  private final transient List<String> problems;

  InvalidConfig(List<String> problems) {
    super(
        "the configuration has %d error%s:%n%s"
            .formatted(
                problems.size(),
                problems.size() == 1 ? "" : "s",
                String.join(System.lineSeparator(), problems)),
        null,
        false,
        false);
    this.problems = List.copyOf(problems);
  }

  /** One sentence an error, each with file, line, column and key. */
  public List<String> problems() {
    return problems;
  }
}
