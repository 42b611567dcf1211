package io.tidegate.benchmark.floor;

import io.vertx.core.Future;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** One run: a reply with calls, the calls side by side, a reply without. */
final class FloorRun {
  private static final JsonArray TOOLS = tools();

  private final HttpClient client;
  private final HttpServerResponse response;
  private final JsonArray messages = new JsonArray();

  FloorRun(HttpClient client, HttpServerResponse response, String input) {
    this.client = client;
    this.response = response;
    messages.add(message("system", "Ask the four sources, and say what they agree on."));
    messages.add(message("user", input));
  }

  void start() {
    ask()
        .compose(this::callAll)
        .compose(called -> ask())
        .onSuccess(
            reply ->
                response.end(
                    "event: run.stopped\n"
                        + "data:"
                        + " {\"type\":\"run.stopped\",\"stop\":{\"reason\":\"completed\"}}\n\n"))
        .onFailure(why -> response.reset());
  }

  /** Asks the model, passes its text on as it comes, and returns the whole reply. */
  private Future<FloorReply> ask() {
    var body =
        new JsonObject()
            .put("model", "two-step")
            .put("stream", true)
            .put("stream_options", new JsonObject().put("include_usage", true))
            .put("messages", messages)
            .put("tools", TOOLS);
    return client
        .request(HttpMethod.POST, "/v1/chat/completions")
        .compose(
            request ->
                request
                    .putHeader("Content-Type", "application/json")
                    .putHeader("Accept", "text/event-stream")
                    .send(body.toBuffer()))
        .compose(answer -> new FloorReply(this::pass).read(answer));
  }

  private void pass(String text) {
    var json = new JsonObject().put("type", "text.delta").put("text", text);
    response.write("event: text.delta\ndata: " + json.encode() + "\n\n");
  }

  private Future<?> callAll(FloorReply reply) {
    messages.add(reply.message());
    return Future.all(reply.calls().stream().map(this::call).toList());
  }

  private Future<?> call(JsonObject call) {
    var function = call.getJsonObject("function");
    return client
        .request(HttpMethod.POST, "/tools/echo")
        .compose(
            request ->
                request
                    .putHeader("Content-Type", "application/json")
                    .send(function.getString("arguments")))
        .compose(answer -> answer.body())
        .map(
            result ->
                messages.add(
                    message("tool", result.toString()).put("tool_call_id", call.getString("id"))));
  }

  private static JsonObject message(String role, String content) {
    return new JsonObject().put("role", role).put("content", content);
  }

  private static JsonArray tools() {
    var text = new JsonObject().put("type", "string");
    var input =
        new JsonObject()
            .put("type", "object")
            .put("properties", new JsonObject().put("id", text).put("detail", text))
            .put("required", new JsonArray(List.of("id")));
    var tools = new JsonArray();
    for (var name : List.of("lookup-a", "lookup-b", "lookup-c", "lookup-d")) {
      var function =
          new JsonObject()
              .put("name", name)
              .put("description", "Looks something up")
              .put("parameters", input);
      tools.add(new JsonObject().put("type", "function").put("function", function));
    }
    return tools;
  }
}
