package io.tidegate.session;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidegate.run.Audit.Action;
import io.tidegate.run.Audit.Deed;
import java.io.IOException;
import java.util.Optional;
import java.util.TreeMap;

/** Deeds as text. The same deed is the same text, so that a set holds it once. */
final class DeedFormat {
  private static final ObjectMapper JSON = new ObjectMapper();

  private DeedFormat() {}

  /** The id comes first: deeds of the same time are in its order. */
  static String write(Deed deed) {
    var json = JsonNodeFactory.instance.objectNode();
    json.put("id", deed.id()).put("v", 1).put("at", deed.at()).put("action", deed.action().wire());
    json.put("principal", deed.principal());
    put(json, "session", deed.session());
    put(json, "run", deed.run());
    put(json, "call", deed.call());
    if (!deed.detail().isEmpty()) {
      var detail = json.putObject("detail");
      deed.detail().forEach(detail::put);
    }
    return json.toString();
  }

  private static void put(ObjectNode json, String name, String value) {
    if (!value.isEmpty()) {
      json.put(name, value);
    }
  }

  /** Empty if a later version wrote it. */
  static Optional<Deed> read(String text) {
    try {
      return read(JSON.readTree(text));
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  private static Optional<Deed> read(JsonNode json) {
    var detail = new TreeMap<String, String>();
    json.path("detail")
        .properties()
        .forEach(one -> detail.put(one.getKey(), one.getValue().asText()));
    return Action.named(json.path("action").asText())
        .map(
            action ->
                new Deed(
                    json.path("id").asText(),
                    json.path("at").asLong(),
                    action,
                    json.path("principal").asText(),
                    json.path("session").asText(),
                    json.path("run").asText(),
                    json.path("call").asText(),
                    detail));
  }
}
