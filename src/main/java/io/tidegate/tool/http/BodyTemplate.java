package io.tidegate.tool.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tidegate.tool.json.JsonText;
import io.tidegate.tool.json.MalformedJson;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A JSON document whose string values may hold <code>{name}</code>. A value that is one placeholder
 * takes the argument as it is, of whatever type; within other text the argument must be plain. What
 * names an absent argument is left out.
 */
final class BodyTemplate {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private final JsonNode document;

  BodyTemplate(String json) {
    try {
      document = JsonText.parse(json);
    } catch (MalformedJson e) {
      throw new IllegalArgumentException("the body is not valid JSON: " + e.getMessage(), e);
    }
  }

  Set<String> names() {
    var names = new LinkedHashSet<String>();
    collect(document, names);
    return names;
  }

  private static void collect(JsonNode node, Set<String> names) {
    if (node.isTextual()) {
      names.addAll(Template.of(node.textValue()).names());
    }
    node.forEach(child -> collect(child, names));
  }

  JsonNode fill(JsonNode args) throws BadArgument {
    JsonNode filled = value(document, args);
    return filled == null ? NODES.nullNode() : filled;
  }

  private static @Nullable JsonNode value(JsonNode node, JsonNode args) throws BadArgument {
    return switch (node.getNodeType()) {
      case OBJECT -> object(node, args);
      case ARRAY -> array(node, args);
      case STRING -> text(node.textValue(), args);
      case NUMBER, BOOLEAN, NULL, BINARY, MISSING, POJO -> node;
    };
  }

  private static JsonNode object(JsonNode node, JsonNode args) throws BadArgument {
    var filled = NODES.objectNode();
    for (var property : node.properties()) {
      JsonNode value = value(property.getValue(), args);
      if (value != null) {
        filled.set(property.getKey(), value);
      }
    }
    return filled;
  }

  private static JsonNode array(JsonNode node, JsonNode args) throws BadArgument {
    var filled = NODES.arrayNode();
    for (JsonNode element : node) {
      JsonNode value = value(element, args);
      if (value != null) {
        filled.add(value);
      }
    }
    return filled;
  }

  private static @Nullable JsonNode text(String text, JsonNode args) throws BadArgument {
    Template template = Template.of(text);
    String only = template.only();
    if (only != null) {
      return args.get(only);
    }
    String filled = template.fill(args, (name, plain) -> plain);
    return filled == null ? null : NODES.textNode(filled);
  }
}
