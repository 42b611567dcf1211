package io.tidegate.guard;

import io.tidegate.conversation.Contract;
import io.tidegate.conversation.Finish;
import io.tidegate.conversation.Json;
import io.tidegate.conversation.Message;
import io.tidegate.conversation.Part;
import io.tidegate.conversation.Reply;
import io.tidegate.conversation.ToolCall;
import io.tidegate.conversation.Usage;
import io.tidegate.run.Model.Ask;
import io.tidegate.run.Model.Exchange;
import io.tidegate.run.Model.Sink;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A reply as it is kept for equal questions: its calls have no ids of a run.
 *
 * @param usage what it cost who asked first
 */
record KeptReply(List<Part> parts, Finish finish, Usage usage, String model) {
  /** Characters of the pieces in which text is told again. */
  private static final int PIECE = 64;

  KeptReply {
    parts = List.copyOf(parts);
  }

  static KeptReply of(Reply reply) {
    var usage = reply.usage();
    return new KeptReply(
        reply.parts(), reply.finish(), usage == null ? Usage.NONE : usage, reply.model());
  }

  // Which question it answers.

  /**
   * The digest of all that a provider is sent. The ids of calls are not in it: they differ from run
   * to run, and only say which result belongs to which call, as their order does.
   */
  static String key(Ask ask) {
    var target = ask.target();
    var all =
        new JsonArray()
            .add(target.name())
            .add(target.maxOutput())
            .add(target.temperature())
            .add(ask.instructions())
            .add(tools(ask.tools()))
            .add(text(ask.output()))
            .add(text(ask.state()));
    ask.transcript().forEach(message -> all.add(message(message)));
    return sha256(all.encode());
  }

  private static @Nullable String text(@Nullable Json json) {
    return json == null ? null : json.text();
  }

  private static JsonArray tools(List<Contract> tools) {
    var all = new JsonArray();
    for (var tool : tools) {
      all.add(tool.name()).add(tool.description()).add(tool.input().text());
    }
    return all;
  }

  private static JsonArray message(Message message) {
    return switch (message) {
      case Message.User(var text) -> JsonArray.of("user", text);
      case Message.Assistant(var parts) -> JsonArray.of("assistant", written(parts, false));
      case Message.Results(var results) -> {
        var all = JsonArray.of("results");
        results.forEach(result -> all.add(result.error()).add(result.content().text()));
        yield all;
      }
    };
  }

  private static String sha256(String text) {
    try {
      var sha = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  // How it is written.

  Json written() {
    var tokens =
        JsonArray.of(
            usage.input(),
            usage.cachedInput(),
            usage.cacheWrites(),
            usage.output(),
            usage.reasoning());
    return new Json(
        new JsonObject()
            .put("parts", written(parts, true))
            .put("finish", finish.name())
            .put("usage", tokens)
            .put("model", model)
            .encode());
  }

  private static JsonArray written(List<Part> parts, boolean ids) {
    var all = new JsonArray();
    for (var part : parts) {
      all.add(
          switch (part) {
            case Part.Text(var text) -> JsonArray.of("text", text);
            case Part.Reasoning(var text, var protocol, var opaque) ->
                JsonArray.of("reasoning", text, protocol, opaque.text());
            case Part.Call(var call) ->
                JsonArray.of("call", ids ? call.wireId() : "", call.tool(), call.arguments());
          });
    }
    return all;
  }

  static KeptReply of(Json kept) {
    var in = new JsonObject(kept.text());
    var tokens = in.getJsonArray("usage");
    var parts = new ArrayList<Part>();
    var written = in.getJsonArray("parts");
    for (int i = 0; i < written.size(); i++) {
      parts.add(part(written.getJsonArray(i)));
    }
    return new KeptReply(
        parts,
        Finish.valueOf(in.getString("finish")),
        new Usage(
            tokens.getLong(0),
            tokens.getLong(1),
            tokens.getLong(2),
            tokens.getLong(3),
            tokens.getLong(4)),
        in.getString("model"));
  }

  private static Part part(JsonArray in) {
    return switch (in.getString(0)) {
      case "text" -> new Part.Text(in.getString(1));
      case "reasoning" ->
          new Part.Reasoning(in.getString(1), in.getString(2), new Json(in.getString(3)));
      default -> new Part.Call(new ToolCall("", in.getString(1), in.getString(2), in.getString(3)));
    };
  }

  // How it is told again.

  /** Tells it as a reply to that question. Nobody counts tokens for it, so it has used none. */
  Exchange tell(Ask ask, Sink sink) {
    var told = new ArrayList<Part>();
    int calls = 0;
    for (var part : parts) {
      switch (part) {
        case Part.Text(var text) -> {
          pieces(text).forEach(sink::text);
          told.add(part);
        }
        case Part.Reasoning(var text, var _, var _) -> {
          pieces(text).forEach(sink::reasoning);
          told.add(part);
        }
        case Part.Call(var kept) -> {
          var call =
              new ToolCall(ask.callId(calls++), kept.wireId(), kept.tool(), kept.arguments());
          sink.sealed(call);
          told.add(new Part.Call(call));
        }
      }
    }
    return new Told(Future.succeededFuture(new Reply(told, finish, Usage.NONE, model)));
  }

  private static List<String> pieces(String text) {
    var pieces = new ArrayList<String>();
    int from = 0;
    while (from < text.length()) {
      int to = Math.min(text.length(), from + PIECE);
      if (to < text.length() && Character.isHighSurrogate(text.charAt(to - 1))) {
        to++;
      }
      pieces.add(text.substring(from, to));
      from = to;
    }
    return pieces;
  }

  /** It is over when it begins. */
  private record Told(Future<Reply> reply) implements Exchange {
    @Override
    public void cancel() {}

    @Override
    public boolean sent() {
      return false;
    }
  }
}
