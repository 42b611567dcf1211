package io.tidegate.simulator.model;

import static io.tidegate.simulator.model.Texts.quoted;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidegate.simulator.scenario.Answer.Finish;
import io.tidegate.simulator.scenario.Conversation;
import io.tidegate.simulator.scenario.Conversation.Said;
import io.tidegate.simulator.web.Jsons;
import io.vertx.core.MultiMap;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Anthropic's Messages. */
final class AnthropicWire implements Wire {
  static final String SIGNATURE = "c2ltdWxhdGVkLXNpZ25hdHVyZQ==";

  @Override
  public Ask decode(MultiMap headers, JsonNode body) {
    if (headers.get("anthropic-version") == null) {
      throw new BadRequest("anthropic-version: header is required");
    }
    if (!body.path("max_tokens").canConvertToInt() || body.path("max_tokens").asInt() < 1) {
      throw new BadRequest("max_tokens: is required, and must be a whole number above 0");
    }
    var messages = body.path("messages");
    if (!messages.isArray() || messages.isEmpty()) {
      throw new BadRequest("messages: must be a list of at least one message");
    }
    var said = new ArrayList<Said>();
    messages.forEach(message -> hear(message, said));
    var conversation =
        new Conversation(
            Texts.required(body, "model"),
            Texts.of(body.path("system")),
            Texts.checked(said),
            tools(body));
    return new Ask(
        conversation, body.path("tools").toString(), body.path("stream").asBoolean(), true);
  }

  private static void hear(JsonNode message, List<Said> said) {
    switch (message.path("role").asText()) {
      case "user" -> user(message.path("content"), said);
      case "assistant" -> said.add(assistant(message.path("content")));
      default -> throw new BadRequest("There is no role " + message.path("role") + ".");
    }
  }

  /** A user's message holds the tools' results first, then what the user says. */
  private static void user(JsonNode content, List<Said> said) {
    boolean resultsOnly = content.isArray() && !content.isEmpty();
    for (var block : content) {
      if (block.path("type").asText().equals("tool_result")) {
        said.add(result(block));
      } else {
        resultsOnly = false;
      }
    }
    if (!resultsOnly) {
      said.add(new Said.User(Texts.of(content)));
    }
  }

  private static Said result(JsonNode block) {
    return new Said.Result(
        Texts.required(block, "tool_use_id"),
        Texts.of(block.path("content")),
        block.path("is_error").asBoolean());
  }

  private static Said assistant(JsonNode content) {
    var calls = new ArrayList<Said.Asked>();
    for (var block : content) {
      if (block.path("type").asText().equals("tool_use")) {
        calls.add(
            new Said.Asked(
                Texts.required(block, "id"),
                Texts.required(block, "name"),
                block.path("input").toString()));
      }
    }
    return new Said.Assistant(Texts.of(content), calls);
  }

  private static List<String> tools(JsonNode body) {
    var names = new ArrayList<String>();
    body.path("tools").forEach(tool -> names.add(Texts.toolName(tool.path("name"))));
    return names;
  }

  @Override
  public String replyId(long number) {
    return "msg_%012x".formatted(number);
  }

  @Override
  public String callId(int turn, int index) {
    return "toolu_%d_%d".formatted(turn, index);
  }

  @Override
  public String whole(Reply reply) {
    var answer = reply.answer();
    var content = new ArrayList<Object>();
    if (!answer.think().isEmpty()) {
      content.add(
          Jsons.object("type", "thinking", "thinking", answer.think(), "signature", SIGNATURE));
    }
    if (!answer.say().isEmpty()) {
      content.add(Jsons.object("type", "text", "text", answer.say()));
    }
    for (var piece : reply.pieces()) {
      if (piece instanceof Piece.Open(var index, var id, var tool)) {
        content.add(toolUse(id, tool, input(answer.calls().get(index).args())));
      }
    }
    var usage = reply.tokens() == null ? null : usage(reply.tokens(), reply.tokens().output());
    return Jsons.text(message(reply, content, finish(answer.finish()), usage));
  }

  private static Object input(String args) {
    var parsed = Jsons.parse(args.getBytes(StandardCharsets.UTF_8));
    return parsed.isMissingNode() ? Map.of("invalid", args) : parsed;
  }

  private static Map<String, Object> toolUse(String id, String tool, Object input) {
    return Jsons.object("type", "tool_use", "id", id, "name", tool, "input", input);
  }

  private static Map<String, Object> message(
      Reply reply,
      List<Object> content,
      @Nullable String finish,
      @Nullable Map<String, Object> usage) {
    var message =
        Jsons.object(
            "id",
            reply.id(),
            "type",
            "message",
            "role",
            "assistant",
            "model",
            reply.model(),
            "content",
            content,
            "stop_reason",
            finish,
            "stop_details",
            finish == null ? null : details(reply.answer().finish()),
            "usage",
            usage);
    message.putIfAbsent("stop_reason", null);
    message.put("stop_sequence", null);
    return message;
  }

  private static @Nullable Map<String, Object> details(Finish finish) {
    return finish == Finish.REFUSAL || finish == Finish.CONTENT_FILTER
        ? Jsons.object("type", "refusal", "explanation", "The model declines to answer this.")
        : null;
  }

  private static Map<String, Object> usage(Tokens tokens, int output) {
    return Jsons.object(
        "input_tokens",
        tokens.input() - tokens.cached(),
        "cache_creation_input_tokens",
        0,
        "cache_read_input_tokens",
        tokens.cached(),
        "output_tokens",
        output);
  }

  private static String finish(Finish finish) {
    return switch (finish) {
      case END -> "end_turn";
      case CALLS -> "tool_use";
      case LENGTH -> "max_tokens";
      case STOP_SEQUENCE -> "stop_sequence";
      case CONTENT_FILTER, REFUSAL -> "refusal";
      case PAUSE_TURN -> "pause_turn";
      case CONTEXT_FULL -> "model_context_window_exceeded";
    };
  }

  @Override
  public Events events(Reply reply) {
    return new Blocks(reply);
  }

  @Override
  public String error(int status, String message) {
    var type =
        switch (status) {
          case 400, 422 -> "invalid_request_error";
          case 401 -> "authentication_error";
          case 403 -> "permission_error";
          case 404 -> "not_found_error";
          case 413 -> "request_too_large";
          case 429 -> "rate_limit_error";
          case 503, 529 -> "overloaded_error";
          default -> "api_error";
        };
    var error = Jsons.object("type", type, "message", message);
    return Jsons.text(Jsons.object("type", "error", "error", error));
  }

  /** The events of a streamed reply: content blocks, one after the other. */
  private static final class Blocks implements Events {
    private enum Block {
      NONE,
      THINKING,
      TEXT,
      TOOL
    }

    private final Reply reply;
    private int index = -1;
    private Block block = Block.NONE;

    Blocks(Reply reply) {
      this.reply = reply;
    }

    @Override
    public String open() {
      var usage = reply.tokens() == null ? null : usage(reply.tokens(), 1);
      var message = Jsons.text(message(reply, List.of(), null, usage));
      return event("message_start", "\"message\":" + message) + event("ping", "");
    }

    @Override
    public String piece(Piece piece) {
      return switch (piece) {
        case Piece.Think(var text) ->
            in(Block.THINKING, "{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}")
                + delta("thinking_delta", "thinking", text);
        case Piece.Say(var text) -> text(text);
        case Piece.Refuse(var text) -> text(text);
        case Piece.Open(var call, var id, var tool) ->
            end() + begin(Block.TOOL, Jsons.text(toolUse(id, tool, Map.of())));
        case Piece.Args(var call, var fragment) ->
            delta("input_json_delta", "partial_json", fragment);
      };
    }

    @Override
    public String close() {
      var answer = reply.answer();
      var delta =
          Jsons.object(
              "stop_reason", finish(answer.finish()), "stop_details", details(answer.finish()));
      delta.put("stop_sequence", null);
      var used =
          reply.tokens() == null
              ? ""
              : ",\"usage\":" + Jsons.text(usage(reply.tokens(), reply.tokens().output()));
      return end()
          + event("message_delta", "\"delta\":" + Jsons.text(delta) + used)
          + event("message_stop", "");
    }

    @Override
    public String overloaded() {
      return event("error", "\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}");
    }

    private String text(String text) {
      return in(Block.TEXT, "{\"type\":\"text\",\"text\":\"\"}")
          + delta("text_delta", "text", text);
    }

    private String in(Block wanted, String start) {
      return block == wanted ? "" : end() + begin(wanted, start);
    }

    private String begin(Block begun, String start) {
      block = begun;
      index++;
      return event("content_block_start", at() + ",\"content_block\":" + start);
    }

    private String end() {
      if (block == Block.NONE) {
        return "";
      }
      var signed = block == Block.THINKING ? delta("signature_delta", "signature", SIGNATURE) : "";
      block = Block.NONE;
      return signed + event("content_block_stop", at());
    }

    private String delta(String type, String field, String text) {
      return event(
          "content_block_delta",
          at() + ",\"delta\":{\"type\":\"" + type + "\",\"" + field + "\":" + quoted(text) + "}");
    }

    private String at() {
      return "\"index\":" + index;
    }

    private static String event(String type, String fields) {
      var comma = fields.isEmpty() ? "" : ",";
      return "event: " + type + "\ndata: {\"type\":\"" + type + "\"" + comma + fields + "}\n\n";
    }
  }
}
