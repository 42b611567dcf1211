package io.tidegate.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidegate.conversation.Json;
import io.tidegate.run.States;
import io.tidegate.tool.json.JsonText;
import io.tidegate.tool.json.SchemaChecks;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** State objects as JSON trees. Safe for threads. */
public final class JsonStates implements States {
  private static final String APPEND = "[]";

  private final SchemaChecks schemas = new SchemaChecks();

  @Override
  public Changed write(Json state, String path, Json value, @Nullable Json schema) {
    boolean append = path.endsWith(APPEND);
    var place = append ? path.substring(0, path.length() - APPEND.length()) : path;
    try {
      var root = object(state);
      put(root, place, append, JsonText.tree(value));
      return checked(state, root, schema);
    } catch (NoPlace e) {
      return new Changed(state, List.of(String.valueOf(e.getMessage())));
    }
  }

  private static void put(ObjectNode root, String path, boolean append, JsonNode value)
      throws NoPlace {
    var names = path.split("\\.", -1);
    var at = root;
    for (int i = 0; i < names.length - 1; i++) {
      at = inner(at, names[i], path);
    }
    var last = names[names.length - 1];
    if (append) {
      array(at, last, path).add(value);
    } else {
      at.set(last, value);
    }
  }

  private static ObjectNode inner(ObjectNode at, String name, String path) throws NoPlace {
    return switch (at.get(name)) {
      case null -> at.putObject(name);
      case ObjectNode object -> object;
      case JsonNode other when other.isNull() -> at.putObject(name);
      case JsonNode _ -> throw new NoPlace("'%s' in '%s' is no object".formatted(name, path));
    };
  }

  private static ArrayNode array(ObjectNode at, String name, String path) throws NoPlace {
    return switch (at.get(name)) {
      case null -> at.putArray(name);
      case ArrayNode array -> array;
      case JsonNode other when other.isNull() -> at.putArray(name);
      case JsonNode _ -> throw new NoPlace("'%s' is no array".formatted(path));
    };
  }

  @Override
  public Changed merge(Json state, Json patch, @Nullable Json schema) {
    return checked(state, merged(object(state), JsonText.tree(patch)), schema);
  }

  /** RFC 7396, section 2. */
  private static JsonNode merged(@Nullable JsonNode target, JsonNode patch) {
    if (!(patch instanceof ObjectNode changes)) {
      return patch;
    }
    var result =
        target instanceof ObjectNode object ? object : JsonNodeFactory.instance.objectNode();
    changes
        .properties()
        .forEach(
            change -> {
              if (change.getValue().isNull()) {
                result.remove(change.getKey());
              } else {
                result.set(change.getKey(), merged(result.get(change.getKey()), change.getValue()));
              }
            });
    return result;
  }

  @Override
  public Changed check(Json state, @Nullable Json schema) {
    return checked(Json.EMPTY_OBJECT, JsonText.tree(state), schema);
  }

  private Changed checked(Json before, JsonNode after, @Nullable Json schema) {
    if (!after.isObject()) {
      return new Changed(before, List.of("the state must be an object"));
    }
    var text = JsonText.write(after);
    int bytes = text.text().getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MOST_BYTES) {
      return new Changed(
          before,
          List.of("the state may have %d bytes, and would have %d".formatted(MOST_BYTES, bytes)));
    }
    var problems = schema == null ? List.<String>of() : schemas.problems(schema, after);
    return new Changed(problems.isEmpty() ? text : before, problems);
  }

  private static ObjectNode object(Json state) {
    return JsonText.tree(state) instanceof ObjectNode object
        ? object
        : JsonNodeFactory.instance.objectNode();
  }

  /** Something else is where a value should go. */
  private static final class NoPlace extends Exception {
    private static final long serialVersionUID = 1;

    NoPlace(String message) {
      super(message);
    }
  }
}
