package io.tidegate.conversation;

import java.util.List;

/** One entry of a transcript: what a person, a model or the tools said. */
public sealed interface Message {

  /** What a person, or Tidegate on the operator's behalf, says to the model. */
  record User(String text) implements Message {}

  /** A model's reply, its parts in the order in which the model made them. */
  record Assistant(List<Part> parts) implements Message {
    public Assistant {
      parts = List.copyOf(parts);
    }

    public List<ToolCall> calls() {
      return Part.calls(parts);
    }
  }

  /** The results of all calls of the reply before it, one each, in the order of the calls. */
  record Results(List<ToolResult> results) implements Message {
    public Results {
      results = List.copyOf(results);
    }
  }
}
