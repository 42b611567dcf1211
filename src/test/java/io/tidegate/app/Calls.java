package io.tidegate.app;

import com.fasterxml.jackson.databind.node.ArrayNode;

/** What the model is to do, turn by turn. */
final class Calls {
  private final ArrayNode turns = Harness.JSON.createArrayNode();

  /** A reply with text and no calls yet. */
  Calls turn(String say) {
    turns.addObject().put("say", say).putArray("call");
    return this;
  }

  /** One more call in the last reply. */
  Calls call(String tool, String id, int ms) {
    var call = ((ArrayNode) turns.get(turns.size() - 1).get("call")).addObject().put("tool", tool);
    call.putObject("args").put("id", id).put("ms", ms);
    return this;
  }

  String script() {
    return turns.toString();
  }

  /** A run of one call and a last word. */
  static String one(String tool, String id, int ms) {
    return new Calls().turn("").call(tool, id, ms).turn("The end.").script();
  }
}
