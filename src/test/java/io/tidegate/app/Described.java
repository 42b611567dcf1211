package io.tidegate.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.util.ArrayList;
import java.util.List;
import org.yaml.snakeyaml.Yaml;

/** The API as it describes itself; what it serves and what it describes are the same. */
final class Described {
  private final JsonNode document;

  Described(Client client) {
    // SnakeYAML follows the document's anchors, which Jackson's tree does not.
    Object yaml = new Yaml().load(client.get("/openapi.yaml").body().asText());
    document = new YAMLMapper().valueToTree(yaml);
  }

  /**
   * Something that can be asked.
   *
   * @param body the least that it takes, or nothing
   */
  record Operation(String method, String path, String body) {}

  List<Operation> operations() {
    var found = new ArrayList<Operation>();
    for (var path : document.get("paths").properties()) {
      for (var operation : path.getValue().properties()) {
        if (operation.getValue().has("operationId")) {
          var method = operation.getKey().toUpperCase(java.util.Locale.ROOT);
          found.add(new Operation(method, path.getKey(), body(operation.getValue())));
        }
      }
    }
    return found;
  }

  private String body(JsonNode operation) {
    var schema = operation.at("/requestBody/content/application~1json/schema");
    return schema.isMissingNode() ? "" : value(schema).toString();
  }

  private JsonNode value(JsonNode reference) {
    var schema =
        reference.has("$ref")
            ? document.at(reference.get("$ref").asText().substring(1))
            : reference;
    if (schema.has("enum")) {
      return schema.get("enum").get(0);
    }
    return switch (schema.path("type").asText()) {
      case "object" -> object(schema);
      case "integer", "number" -> Harness.JSON.getNodeFactory().numberNode(1);
      case "boolean" -> Harness.JSON.getNodeFactory().booleanNode(true);
      case "array" -> Harness.JSON.createArrayNode();
      default -> Harness.JSON.getNodeFactory().textNode("x");
    };
  }

  private ObjectNode object(JsonNode schema) {
    var object = Harness.JSON.createObjectNode();
    schema
        .path("required")
        .forEach(
            name -> object.set(name.asText(), value(schema.get("properties").get(name.asText()))));
    return object;
  }
}
