package io.tidegate.tool.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tidegate.conversation.Json;
import org.jspecify.annotations.Nullable;

/** JSON text to trees and back, without losing a digit of any number. */
public final class JsonText {

  /**
   * The deepest nesting that is read. The schema validator and the transforms are recursive and run
   * on event loops: a stack overflows after some 1000 levels, so this leaves a margin of ten.
   */
  public static final int MAX_DEPTH = 100;

  private static final ObjectReader STRICT = reader(true);
  private static final ObjectReader LENIENT = reader(false);
  private static final ObjectMapper WRITER = new JsonMapper();

  private JsonText() {}

  /** Reads one JSON document; a key that appears twice in an object is refused. */
  public static JsonNode parse(String text) throws MalformedJson {
    return parse(STRICT, text);
  }

  /** Reads one JSON document; of a key that appears twice in an object the last one counts. */
  public static JsonNode parseLenient(String text) throws MalformedJson {
    return parse(LENIENT, text);
  }

  /** Reads JSON that was parsed before. */
  public static JsonNode tree(Json json) {
    try {
      return parse(LENIENT, json.text());
    } catch (MalformedJson e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /** The tree as compact JSON, keys in their order. */
  public static Json write(JsonNode tree) {
    try {
      return new Json(WRITER.writeValueAsString(tree));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A JSON tree can't be written: " + e.getMessage(), e);
    }
  }

  private static JsonNode parse(ObjectReader reader, String text) throws MalformedJson {
    try {
      JsonNode tree = reader.readTree(text);
      if (tree.isMissingNode()) {
        throw new MalformedJson("it is empty where a JSON value was expected");
      }
      return tree;
    } catch (JsonProcessingException e) {
      throw new MalformedJson(where(e.getLocation()) + e.getOriginalMessage());
    }
  }

  private static String where(@Nullable JsonLocation location) {
    return location == null
        ? ""
        : "line " + location.getLineNr() + ", column " + location.getColumnNr() + ": ";
  }

  private static ObjectReader reader(boolean strict) {
    var factory =
        JsonFactory.builder()
            .streamReadConstraints(
                StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
            .configure(StreamReadFeature.STRICT_DUPLICATE_DETECTION, strict)
            // What models and tools write must not fill the JVM's table of interned strings.
            .configure(JsonFactory.Feature.INTERN_FIELD_NAMES, false)
            .build();
    return JsonMapper.builder(factory)
        .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
        .build()
        .reader();
  }
}
