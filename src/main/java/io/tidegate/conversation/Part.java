package io.tidegate.conversation;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** One part of a model's reply. */
public sealed interface Part {

  record Text(String text) implements Part {}

  /**
   * What the model thought. Providers ask for it back unchanged, so what only the provider can read
   * travels along.
   *
   * @param text the readable thought, or empty
   * @param protocol the wire protocol that made it; it is sent back over that protocol alone
   * @param opaque the provider's own form of the block, sent back as it came
   */
  record Reasoning(String text, String protocol, Json opaque) implements Part {}

  /** A call of a tool. */
  record Call(ToolCall call) implements Part {}

  /** The calls among the parts, in their order. */
  static List<ToolCall> calls(List<Part> parts) {
    var calls = new ArrayList<ToolCall>();
    for (var part : parts) {
      if (part instanceof Call(var call)) {
        calls.add(call);
      }
    }
    return Collections.unmodifiableList(calls);
  }

  /** All text of the parts, joined. */
  static String text(List<Part> parts) {
    var text = new StringBuilder();
    for (var part : parts) {
      if (part instanceof Text(var words)) {
        text.append(words);
      }
    }
    return text.toString();
  }
}
