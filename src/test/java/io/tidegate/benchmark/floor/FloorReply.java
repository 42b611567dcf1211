package io.tidegate.benchmark.floor;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.parsetools.RecordParser;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A streamed reply: its text is passed on, its calls are put together. */
final class FloorReply {
  private static final String DATA = "data: ";

  private final Consumer<String> listener;
  private final StringBuilder text = new StringBuilder();
  private final List<JsonObject> calls = new ArrayList<>();

  FloorReply(Consumer<String> listener) {
    this.listener = listener;
  }

  Future<FloorReply> read(HttpClientResponse answer) {
    answer.handler(RecordParser.newDelimited("\n\n", this::event));
    return answer.end().map(this);
  }

  private void event(Buffer event) {
    var data = event.getString(DATA.length(), event.length());
    if (data.equals("[DONE]")) {
      return;
    }
    var choices = new JsonObject(data).getJsonArray("choices");
    if (!choices.isEmpty()) {
      delta(choices.getJsonObject(0).getJsonObject("delta"));
    }
  }

  private void delta(JsonObject delta) {
    var content = delta.getString("content", "");
    if (!content.isEmpty()) {
      text.append(content);
      listener.accept(content);
    }
    var parts = delta.getJsonArray("tool_calls");
    if (parts != null) {
      parts.forEach(part -> fragment((JsonObject) part));
    }
  }

  private void fragment(JsonObject part) {
    if (part.containsKey("id")) {
      part.remove("index");
      calls.add(part);
      return;
    }
    var function = calls.get(part.getInteger("index")).getJsonObject("function");
    var more = part.getJsonObject("function").getString("arguments");
    function.put("arguments", function.getString("arguments") + more);
  }

  List<JsonObject> calls() {
    return calls;
  }

  /** The reply as the next request repeats it. */
  JsonObject message() {
    return new JsonObject()
        .put("role", "assistant")
        .put("content", text.toString())
        .put("tool_calls", new JsonArray(new ArrayList<>(calls)));
  }
}
