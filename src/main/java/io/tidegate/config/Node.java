package io.tidegate.config;

import java.util.List;
import java.util.SequencedMap;

/** A YAML value that knows where it stands. */
sealed interface Node {
  Place at();

  /** What it is, for a sentence about a value that should be something else. */
  String shown();

  /** Keys and values, in the file's order; a value stands where its key does. */
  record Mapping(Place at, SequencedMap<String, Node> entries) implements Node {
    @Override
    public String shown() {
      return "a map";
    }
  }

  /** A list. */
  record Items(Place at, List<Node> items) implements Node {
    @Override
    public String shown() {
      return "a list";
    }
  }

  /**
   * A single value.
   *
   * @param text the value with its placeholders filled in
   * @param raw the value as it is written in the file, which is safe to show
   */
  record Scalar(Place at, Kind kind, String text, String raw) implements Node {
    boolean filled() {
      return !text.equals(raw);
    }

    @Override
    public String shown() {
      return kind == Kind.NULL ? "nothing" : mayHoldPassword() ? "[hidden]" : "'" + raw + "'";
    }

    private boolean mayHoldPassword() {
      return raw.contains("://") && raw.contains("@");
    }
  }

  /** What a single value is by the core schema of YAML 1.2. */
  enum Kind {
    TEXT,
    NUMBER,
    BOOLEAN,
    NULL
  }
}
