package io.tidegate.app;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.List;

/** What a scripted model is to do, turn by turn: the input of a run. */
final class Script {
  private final ArrayNode turns = Harness.JSON.createArrayNode();

  /** A call that the model makes; args are JSON. */
  record Call(String tool, String args) {}

  static Call call(String tool, String args) {
    return new Call(tool, args);
  }

  static Script say(String text) {
    return new Script().then(text);
  }

  static Script calls(Call... calls) {
    return new Script().then("", calls);
  }

  static Script calls(List<Call> calls) {
    return calls.isEmpty() ? new Script() : calls(calls.toArray(Call[]::new));
  }

  Script then(String text, Call... calls) {
    var turn = turns.addObject().put("say", text);
    if (calls.length > 0) {
      var array = turn.putArray("call");
      Arrays.stream(calls)
          .forEach(
              call ->
                  array.addObject().put("tool", call.tool).set("args", Harness.json(call.args)));
    }
    return this;
  }

  /** The last turn fails first, as a directive of the simulator says. */
  Script failing(String directive) {
    ((ObjectNode) turns.get(turns.size() - 1)).put("fail", directive);
    return this;
  }

  /** The body of a request for a run; more are further fields, as JSON without braces. */
  String by(String agent, String... more) {
    return request(agent, turns.toString(), more);
  }

  static String request(String agent, String input, String... more) {
    var fields = more.length == 0 ? "" : ", " + String.join(", ", more);
    return "{\"agent\": \"%s\", \"input\": %s%s}"
        .formatted(agent, Harness.JSON.getNodeFactory().textNode(input), fields);
  }

  @Override
  public String toString() {
    return turns.toString();
  }
}
