package io.tidegate.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidegate.conversation.Message;
import io.tidegate.conversation.Part;
import io.tidegate.conversation.ToolCall;
import io.tidegate.conversation.ToolResult;
import java.util.List;

/** What was said in a session, as the API shows it. */
final class Transcript {
  private Transcript() {}

  static ArrayNode view(List<Message> messages) {
    var array = Wire.object().arrayNode();
    messages.forEach(message -> array.add(view(message)));
    return array;
  }

  private static ObjectNode view(Message message) {
    return switch (message) {
      case Message.User user -> role("user").put("text", user.text());
      case Message.Assistant assistant -> assistant(assistant);
      case Message.Results results -> results(results.results());
    };
  }

  private static ObjectNode role(String role) {
    return Wire.object().put("role", role);
  }

  private static ObjectNode assistant(Message.Assistant assistant) {
    var json = role("assistant").put("text", Part.text(assistant.parts()));
    var calls = json.putArray("calls");
    assistant.calls().forEach(call -> call(calls.addObject(), call));
    return json;
  }

  private static void call(ObjectNode json, ToolCall call) {
    // As the model wrote them: they need not be JSON.
    json.put("call", call.id()).put("tool", call.tool()).put("arguments", call.arguments());
  }

  private static ObjectNode results(List<ToolResult> results) {
    var json = role("tool");
    var array = json.putArray("results");
    for (var result : results) {
      var each = array.addObject().put("call", result.call()).put("error", result.error());
      Wire.put(each, "content", result.content());
    }
    return json;
  }
}
