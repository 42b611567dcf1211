package io.tidegate.model.anthropic;

import com.fasterxml.jackson.core.JsonGenerator;
import io.tidegate.conversation.Contract;
import io.tidegate.conversation.Message;
import io.tidegate.conversation.ToolCall;
import io.tidegate.conversation.ToolResult;
import io.tidegate.model.wire.Failures;
import io.tidegate.model.wire.JsonIo;
import io.tidegate.model.wire.WireIds;
import io.tidegate.model.wire.WireNames;
import io.tidegate.model.wire.WireText;
import io.tidegate.run.Model.Ask;
import java.io.IOException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A question as a Messages request.
 *
 * <p>One cache mark stands at the end of what is the same in every question of a run: after the
 * system prompt, which the provider reads after the tools, or after the tools if there is none. The
 * state object comes after it, in a block of its own.
 *
 * <p>Of a run that may call tools, the next question begins with this one: the last two turns of
 * the user's side are marked too, the newest to be kept, and the one before to be found by who
 * looks back for it. With a state object they are not, since what comes before them may be another
 * by the next question, and what is written to the cache for nothing costs more.
 */
final class AnthropicRequest {
  private static final Pattern ID = Pattern.compile("[a-zA-Z0-9_-]{1,128}");

  private final Ask ask;
  private final String system;
  private final WireNames names;
  private final WireIds ids;

  AnthropicRequest(Ask ask) {
    this.ask = ask;
    this.system = WireText.instructions(ask);
    this.names = WireNames.of(ask);
    this.ids = WireIds.of(ask.transcript(), ID);
  }

  byte[] bytes() {
    try {
      return JsonIo.bytes(4096, this::request);
    } catch (IOException e) {
      throw Failures.rejected("the question cannot be written as JSON: " + e.getMessage());
    }
  }

  private void request(JsonGenerator out) throws IOException {
    out.writeStartObject();
    out.writeStringField("model", ask.target().model());
    out.writeNumberField("max_tokens", ask.target().maxOutput());
    if (ask.target().temperature() != null) {
      out.writeNumberField("temperature", ask.target().temperature());
    }
    out.writeBooleanField("stream", true);
    tools(out);
    system(out);
    messages(out);
    out.writeEndObject();
  }

  private void tools(JsonGenerator out) throws IOException {
    if (ask.tools().isEmpty()) {
      formerTools(out);
      return;
    }
    out.writeArrayFieldStart("tools");
    for (var tool : ask.tools()) {
      boolean last = tool.equals(ask.tools().getLast());
      tool(out, tool, last && system.isBlank());
    }
    out.writeEndArray();
  }

  /** A transcript with calls is refused without tools, even if none may be called any more. */
  private void formerTools(JsonGenerator out) throws IOException {
    var called =
        ask.transcript().stream()
            .filter(Message.Assistant.class::isInstance)
            .flatMap(message -> ((Message.Assistant) message).calls().stream())
            .map(ToolCall::tool)
            .distinct()
            .toList();
    if (called.isEmpty()) {
      return;
    }
    out.writeArrayFieldStart("tools");
    for (var name : called) {
      out.writeStartObject();
      out.writeStringField("name", names.wire(name));
      out.writeObjectFieldStart("input_schema");
      out.writeStringField("type", "object");
      out.writeEndObject();
      out.writeEndObject();
    }
    out.writeEndArray();
    out.writeObjectFieldStart("tool_choice");
    out.writeStringField("type", "none");
    out.writeEndObject();
  }

  private void tool(JsonGenerator out, Contract tool, boolean marked) throws IOException {
    out.writeStartObject();
    out.writeStringField("name", names.wire(tool.name()));
    out.writeStringField("description", tool.description());
    out.writeFieldName("input_schema");
    out.writeRawValue(tool.input().text());
    if (marked) {
      cacheMark(out);
    }
    out.writeEndObject();
  }

  private void system(JsonGenerator out) throws IOException {
    String state = WireText.state(ask);
    if (system.isBlank() && state.isEmpty()) {
      return;
    }
    out.writeArrayFieldStart("system");
    if (!system.isBlank()) {
      text(out, system, true);
    }
    if (!state.isEmpty()) {
      text(out, state, false);
    }
    out.writeEndArray();
  }

  private static void cacheMark(JsonGenerator out) throws IOException {
    out.writeObjectFieldStart("cache_control");
    out.writeStringField("type", "ephemeral");
    out.writeEndObject();
  }

  private void messages(JsonGenerator out) throws IOException {
    out.writeArrayFieldStart("messages");
    var turns = Turn.of(ask.transcript());
    var marked = marked(turns);
    for (var turn : turns) {
      out.writeStartObject();
      out.writeStringField("role", turn.side().wire());
      out.writeArrayFieldStart("content");
      for (var block : turn.blocks()) {
        block(out, block, marked.contains(turn) && block == turn.blocks().getLast());
      }
      out.writeEndArray();
      out.writeEndObject();
    }
    out.writeEndArray();
  }

  private Set<Turn> marked(List<Turn> turns) {
    Set<Turn> marked = Collections.newSetFromMap(new IdentityHashMap<>());
    if (!ask.tools().isEmpty() && WireText.state(ask).isEmpty()) {
      turns.reversed().stream()
          .filter(turn -> turn.side() == Turn.Side.USER)
          .limit(2)
          .forEach(marked::add);
    }
    return marked;
  }

  private void block(JsonGenerator out, Turn.Block block, boolean marked) throws IOException {
    switch (block) {
      case Turn.Block.Text(var text) -> text(out, text, marked);
      case Turn.Block.Own(var json) -> out.writeRawValue(json);
      case Turn.Block.Use(var call) -> use(out, call);
      case Turn.Block.Result(var result) -> result(out, result, marked);
    }
  }

  private static void text(JsonGenerator out, String text, boolean marked) throws IOException {
    out.writeStartObject();
    out.writeStringField("type", "text");
    out.writeStringField("text", text);
    if (marked) {
      cacheMark(out);
    }
    out.writeEndObject();
  }

  private void use(JsonGenerator out, ToolCall call) throws IOException {
    out.writeStartObject();
    out.writeStringField("type", "tool_use");
    out.writeStringField("id", ids.wire(call.id()));
    out.writeStringField("name", names.wire(call.tool()));
    out.writeFieldName("input");
    out.writeRawValue(WireText.arguments(call.arguments()));
    out.writeEndObject();
  }

  private void result(JsonGenerator out, ToolResult result, boolean marked) throws IOException {
    String text = WireText.result(result);
    out.writeStartObject();
    out.writeStringField("type", "tool_result");
    out.writeStringField("tool_use_id", ids.wire(result.call()));
    if (!text.isBlank()) {
      out.writeStringField("content", text);
    }
    if (result.error()) {
      out.writeBooleanField("is_error", true);
    }
    if (marked) {
      cacheMark(out);
    }
    out.writeEndObject();
  }
}
