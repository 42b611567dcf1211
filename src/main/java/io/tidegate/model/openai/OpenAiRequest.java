package io.tidegate.model.openai;

import com.fasterxml.jackson.core.JsonGenerator;
import io.tidegate.conversation.Contract;
import io.tidegate.conversation.Message;
import io.tidegate.conversation.Part;
import io.tidegate.conversation.ToolCall;
import io.tidegate.conversation.ToolResult;
import io.tidegate.model.wire.Failures;
import io.tidegate.model.wire.JsonIo;
import io.tidegate.model.wire.WireIds;
import io.tidegate.model.wire.WireNames;
import io.tidegate.model.wire.WireText;
import io.tidegate.run.Model.Ask;
import java.io.IOException;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A question as a Chat Completions request.
 *
 * <p>Reasoning is never sent back: the protocol has no place for it, and servers that stream it
 * refuse it in a request or have it cost context. {@code response_format} is not sent either, see
 * {@link WireText#instructions}.
 */
final class OpenAiRequest {
  private static final Pattern OFFICIAL_ID = Pattern.compile("[a-zA-Z0-9_-]{1,40}");
  private static final Pattern COMPATIBLE_ID = Pattern.compile("[a-zA-Z0-9_.:-]{1,128}");

  private final Ask ask;
  private final boolean official;
  private final boolean cacheKey;
  private final WireNames names;
  private final WireIds ids;

  OpenAiRequest(Ask ask, boolean official, boolean cacheKey) {
    this.ask = ask;
    this.official = official;
    this.cacheKey = cacheKey;
    this.names = WireNames.of(ask);
    this.ids = WireIds.of(ask.transcript(), official ? OFFICIAL_ID : COMPATIBLE_ID);
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
    messages(out);
    tools(out);
    options(out);
    out.writeEndObject();
  }

  private void messages(JsonGenerator out) throws IOException {
    out.writeArrayFieldStart("messages");
    String instructions = systemPrompt();
    if (!instructions.isBlank()) {
      said(out, "system", instructions);
    }
    for (var message : ask.transcript()) {
      switch (message) {
        case Message.User(var text) -> said(out, "user", text);
        case Message.Assistant(var parts) -> assistant(out, parts);
        case Message.Results(var results) -> results(out, results);
      }
    }
    out.writeEndArray();
  }

  private String systemPrompt() {
    String instructions = WireText.instructions(ask);
    String state = WireText.state(ask);
    boolean both = !state.isEmpty() && !instructions.isBlank();
    return both ? instructions + "\n\n" + state : instructions + state;
  }

  private static void said(JsonGenerator out, String role, String content) throws IOException {
    out.writeStartObject();
    out.writeStringField("role", role);
    out.writeStringField("content", content);
    out.writeEndObject();
  }

  /** A reply; one that only calls has no content, one without anything has empty content. */
  private void assistant(JsonGenerator out, List<Part> parts) throws IOException {
    String text = Part.text(parts);
    var calls = Part.calls(parts);
    out.writeStartObject();
    out.writeStringField("role", "assistant");
    if (!text.isEmpty() || calls.isEmpty()) {
      out.writeStringField("content", text);
    } else {
      out.writeNullField("content");
    }
    if (!calls.isEmpty()) {
      out.writeArrayFieldStart("tool_calls");
      for (var call : calls) {
        call(out, call);
      }
      out.writeEndArray();
    }
    out.writeEndObject();
  }

  private void call(JsonGenerator out, ToolCall call) throws IOException {
    out.writeStartObject();
    out.writeStringField("id", ids.wire(call.id()));
    out.writeStringField("type", "function");
    out.writeObjectFieldStart("function");
    out.writeStringField("name", names.wire(call.tool()));
    out.writeStringField("arguments", WireText.arguments(call.arguments()));
    out.writeEndObject();
    out.writeEndObject();
  }

  private void results(JsonGenerator out, List<ToolResult> results) throws IOException {
    for (var result : results) {
      out.writeStartObject();
      out.writeStringField("role", "tool");
      out.writeStringField("tool_call_id", ids.wire(result.call()));
      out.writeStringField("content", WireText.result(result));
      out.writeEndObject();
    }
  }

  private void tools(JsonGenerator out) throws IOException {
    if (ask.tools().isEmpty()) {
      return;
    }
    out.writeArrayFieldStart("tools");
    for (var tool : ask.tools()) {
      tool(out, tool);
    }
    out.writeEndArray();
  }

  private void tool(JsonGenerator out, Contract tool) throws IOException {
    out.writeStartObject();
    out.writeStringField("type", "function");
    out.writeObjectFieldStart("function");
    out.writeStringField("name", names.wire(tool.name()));
    out.writeStringField("description", tool.description());
    out.writeFieldName("parameters");
    out.writeRawValue(tool.input().text());
    out.writeEndObject();
    out.writeEndObject();
  }

  private void options(JsonGenerator out) throws IOException {
    var target = ask.target();
    out.writeNumberField(official ? "max_completion_tokens" : "max_tokens", target.maxOutput());
    if (target.temperature() != null) {
      out.writeNumberField("temperature", target.temperature());
    }
    if (cacheKey && !ask.terms().session().isEmpty()) {
      out.writeStringField("prompt_cache_key", PromptCacheKey.of(ask.terms()));
    }
    out.writeBooleanField("stream", true);
    out.writeObjectFieldStart("stream_options");
    out.writeBooleanField("include_usage", true);
    out.writeEndObject();
  }
}
