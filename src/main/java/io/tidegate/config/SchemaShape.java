package io.tidegate.config;

import io.tidegate.config.Node.Items;
import io.tidegate.config.Node.Kind;
import io.tidegate.config.Node.Mapping;
import io.tidegate.config.Node.Scalar;
import java.util.List;
import java.util.Set;

/** Finds what is sure to be wrong in a JSON Schema, with its line; the validator finds the rest. */
final class SchemaShape {
  private static final Set<String> TYPES =
      Set.of("string", "number", "integer", "object", "array", "boolean", "null");

  private SchemaShape() {}

  static void check(Node schema, Report report) {
    switch (schema) {
      case Mapping map -> map.entries().forEach((key, node) -> keyword(key, node, report));
      case Scalar scalar when scalar.kind() == Kind.BOOLEAN -> {}
      case Scalar _, Items _ ->
          report.error(schema.at(), "must be a JSON Schema, was " + schema.shown());
    }
  }

  private static void keyword(String key, Node node, Report report) {
    switch (key) {
      case "type" -> types(node).forEach(type -> type(type, report));
      case "properties", "patternProperties", "$defs" -> schemas(key, node, report);
      case "items", "additionalProperties", "not" -> check(node, report);
      case "required" -> required(node, report);
      default -> {}
    }
  }

  private static List<Node> types(Node node) {
    return node instanceof Items list ? list.items() : List.of(node);
  }

  private static void type(Node node, Report report) {
    if (!(node instanceof Scalar scalar && TYPES.contains(scalar.text()))) {
      report.error(
          node.at(),
          "must be one of string, number, integer, object, array, boolean, null, was "
              + node.shown());
    }
  }

  private static void schemas(String key, Node node, Report report) {
    if (node instanceof Mapping map) {
      map.entries().values().forEach(schema -> check(schema, report));
    } else {
      report.error(node.at(), key + " must be a map from names to schemas, was " + node.shown());
    }
  }

  private static void required(Node node, Report report) {
    boolean names =
        node instanceof Items list
            && list.items().stream()
                .allMatch(item -> item instanceof Scalar name && name.kind() == Kind.TEXT);
    if (!names) {
      report.error(node.at(), "must be a list of property names, was " + node.shown());
    }
  }
}
