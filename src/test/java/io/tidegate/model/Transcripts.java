package io.tidegate.model;

import io.tidegate.conversation.Json;
import io.tidegate.conversation.Message;
import io.tidegate.conversation.Part;
import io.tidegate.conversation.ToolCall;
import io.tidegate.conversation.ToolResult;
import io.tidegate.run.Model.Ask;
import java.util.List;

/** Transcripts that hold what is hard to put on a wire. */
public final class Transcripts {
  private Transcripts() {}

  /** Reasoning, text, two calls and their results, a reused id, a broken call, an empty reply. */
  public static Ask eventful() {
    return Asks.with(
        Asks.tools("erp.lookup", "erp_lookup", "now"),
        new Message.User("Look up 7 \"quoted\" – grüße 🌊"),
        new Message.Assistant(
            List.of(
                new Part.Reasoning(
                    "Look it up.",
                    "anthropic",
                    new Json(
                        "{\"type\":\"thinking\",\"thinking\":\"Look it up.\","
                            + "\"signature\":\"Eq+/==\"}")),
                new Part.Reasoning("Elsewhere.", "openai-chat", Json.NULL),
                new Part.Text("I will look."),
                call("c1", "call_A", "erp.lookup", "{\"id\":\"7\"}"),
                call("c2", "call_B", "now", "{}"))),
        new Message.Results(
            List.of(
                new ToolResult("run1-c1", false, new Json("{\"total\":12.50}")),
                new ToolResult("run1-c2", true, Json.string("no clock: \"broken\"\n")))),
        new Message.User("And 8?"),
        new Message.User("Please."),
        new Message.Assistant(
            List.of(
                call("c3", "call_A", "erp_lookup", "{\"id\":"),
                call("c4", "", "made up!", ""),
                call("c5", "not valid!", "now", "[1]"))),
        new Message.Results(
            List.of(
                new ToolResult("run1-c3", true, Json.string("no JSON")),
                new ToolResult("run1-c4", true, Json.string("")),
                new ToolResult("run1-c5", false, new Json("[1,\"é\"]")))),
        new Message.Assistant(List.of(new Part.Text("  "))),
        new Message.Assistant(List.of()),
        new Message.User("Go on."));
  }

  private static Part call(String id, String wireId, String tool, String arguments) {
    return new Part.Call(new ToolCall("run1-" + id, wireId, tool, arguments));
  }
}
