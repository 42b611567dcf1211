package io.tidegate.simulator.model;

import static io.tidegate.simulator.model.Texts.quoted;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidegate.simulator.scenario.Answer;
import io.tidegate.simulator.scenario.Answer.Finish;
import io.tidegate.simulator.scenario.Conversation;
import io.tidegate.simulator.scenario.Conversation.Said;
import io.tidegate.simulator.web.Jsons;
import io.vertx.core.MultiMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** OpenAI's Chat Completions. */
final class OpenAiWire implements Wire {
  private static final long CREATED = 1_767_225_600;

  @Override
  public Ask decode(MultiMap headers, JsonNode body) {
    var system = new StringBuilder();
    var said = new ArrayList<Said>();
    var messages = body.path("messages");
    if (!messages.isArray() || messages.isEmpty()) {
      throw new BadRequest("'messages' must be a list of at least one message.");
    }
    for (var message : messages) {
      switch (message.path("role").asText()) {
        case "system", "developer" -> system.append(Texts.of(message.path("content")));
        case "user" -> said.add(new Said.User(Texts.of(message.path("content"))));
        case "assistant" -> said.add(assistant(message));
        case "tool" -> said.add(result(message));
        default -> throw new BadRequest("There is no role " + message.path("role") + ".");
      }
    }
    var conversation =
        new Conversation(
            Texts.required(body, "model"), system.toString(), Texts.checked(said), tools(body));
    return new Ask(
        conversation,
        body.path("tools").toString(),
        body.path("stream").asBoolean(),
        body.path("stream_options").path("include_usage").asBoolean());
  }

  private static Said assistant(JsonNode message) {
    var calls = new ArrayList<Said.Asked>();
    for (var call : message.path("tool_calls")) {
      var function = call.path("function");
      calls.add(
          new Said.Asked(
              Texts.required(call, "id"),
              Texts.required(function, "name"),
              Texts.required(function, "arguments")));
    }
    return new Said.Assistant(Texts.of(message.path("content")), calls);
  }

  private static Said result(JsonNode message) {
    return new Said.Result(
        Texts.required(message, "tool_call_id"), Texts.of(message.path("content")), false);
  }

  private static List<String> tools(JsonNode body) {
    var names = new ArrayList<String>();
    body.path("tools")
        .forEach(tool -> names.add(Texts.toolName(tool.path("function").path("name"))));
    return names;
  }

  @Override
  public String replyId(long number) {
    return "chatcmpl-%012x".formatted(number);
  }

  @Override
  public String callId(int turn, int index) {
    return "call_%d_%d".formatted(turn, index);
  }

  @Override
  public String whole(Reply reply) {
    var message = Jsons.object("role", "assistant");
    boolean refused = reply.answer().finish() == Finish.REFUSAL;
    message.put(refused ? "refusal" : "content", reply.answer().say());
    if (!reply.answer().think().isEmpty()) {
      message.put("reasoning_content", reply.answer().think());
    }
    if (!reply.answer().calls().isEmpty()) {
      message.put("tool_calls", calls(reply));
    }
    var choice =
        Jsons.object(
            "index", 0, "message", message, "finish_reason", finish(reply.answer().finish()));
    return Jsons.text(
        Jsons.object(
            "id", reply.id(),
            "object", "chat.completion",
            "created", CREATED,
            "model", reply.model(),
            "choices", List.of(choice),
            "usage", usage(reply.tokens())));
  }

  private static List<Object> calls(Reply reply) {
    var calls = new ArrayList<Object>();
    for (var piece : reply.pieces()) {
      if (piece instanceof Piece.Open(var index, var id, var tool)) {
        Answer.Call made = reply.answer().calls().get(index);
        var function = Jsons.object("name", tool, "arguments", made.args());
        calls.add(Jsons.object("id", id, "type", "function", "function", function));
      }
    }
    return calls;
  }

  private static @Nullable Map<String, Object> usage(@Nullable Tokens tokens) {
    if (tokens == null) {
      return null;
    }
    return Jsons.object(
        "prompt_tokens", tokens.input(),
        "completion_tokens", tokens.output(),
        "total_tokens", tokens.input() + tokens.output(),
        "prompt_tokens_details", Jsons.object("cached_tokens", tokens.cached()),
        "completion_tokens_details", Jsons.object("reasoning_tokens", tokens.reasoning()));
  }

  private static String finish(Finish finish) {
    return switch (finish) {
      case END, STOP_SEQUENCE, REFUSAL, PAUSE_TURN -> "stop";
      case CALLS -> "tool_calls";
      case LENGTH, CONTEXT_FULL -> "length";
      case CONTENT_FILTER -> "content_filter";
    };
  }

  @Override
  public Events events(Reply reply) {
    return new Chunks(reply);
  }

  @Override
  public String error(int status, String message) {
    var type =
        switch (status) {
          case 400, 404, 413, 422 -> "invalid_request_error";
          case 401, 403 -> "authentication_error";
          case 429 -> "rate_limit_error";
          default -> "server_error";
        };
    return Jsons.text(Jsons.object("error", Jsons.object("message", message, "type", type)));
  }

  /** The chunks of a streamed reply. They are many, so they are put together as texts. */
  private static final class Chunks implements Events {
    private final Reply reply;
    private final String head;

    Chunks(Reply reply) {
      this.reply = reply;
      this.head =
          "data: {\"id\":%s,\"object\":\"chat.completion.chunk\",\"created\":%d,\"model\":%s,\"choices\":["
              .formatted(quoted(reply.id()), CREATED, quoted(reply.model()));
    }

    @Override
    public String open() {
      return chunk("{\"role\":\"assistant\",\"content\":\"\"}", "null");
    }

    @Override
    public String piece(Piece piece) {
      return chunk(delta(piece), "null");
    }

    private static String delta(Piece piece) {
      return switch (piece) {
        case Piece.Think(var text) -> "{\"reasoning_content\":" + quoted(text) + "}";
        case Piece.Say(var text) -> "{\"content\":" + quoted(text) + "}";
        case Piece.Refuse(var text) -> "{\"refusal\":" + quoted(text) + "}";
        case Piece.Open(var index, var id, var tool) ->
            "{\"tool_calls\":[{\"index\":%d,\"id\":%s,\"type\":\"function\",\"function\":{\"name\":%s,\"arguments\":\"\"}}]}"
                .formatted(index, quoted(id), quoted(tool));
        case Piece.Args(var index, var fragment) ->
            "{\"tool_calls\":[{\"index\":%d,\"function\":{\"arguments\":%s}}]}"
                .formatted(index, quoted(fragment));
      };
    }

    @Override
    public String close() {
      var last = chunk("{}", quoted(finish(reply.answer().finish())));
      var usage = usage(reply.tokens());
      var used = usage == null ? "" : head + "],\"usage\":" + Jsons.text(usage) + "}\n\n";
      return last + used + "data: [DONE]\n\n";
    }

    @Override
    public String overloaded() {
      return "data: {\"error\":{\"message\":\"The engine is currently"
          + " overloaded.\",\"type\":\"server_error\",\"code\":\"overloaded\"}}\n\n";
    }

    private String chunk(String delta, String finish) {
      return head + "{\"index\":0,\"delta\":" + delta + ",\"finish_reason\":" + finish + "}]}\n\n";
    }
  }
}
