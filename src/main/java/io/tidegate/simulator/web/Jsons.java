package io.tidegate.simulator.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON as the simulator reads and writes it. */
public final class Jsons {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
          .build();
  private static final TypeReference<@Nullable Object> ANY = new TypeReference<>() {};

  private Jsons() {}

  /** The document, or a missing node if it is none. */
  public static JsonNode parse(byte[] text) {
    try {
      var node = MAPPER.readTree(text);
      return node == null ? MissingNode.getInstance() : node;
    } catch (IOException notJson) {
      return MissingNode.getInstance();
    }
  }

  /** The document as maps, lists and plain values, or the text itself if it is none. */
  public static @Nullable Object valueOrText(String text) {
    try {
      return MAPPER.readValue(text, ANY);
    } catch (JsonProcessingException notJson) {
      return text;
    }
  }

  /** The node as maps, lists and plain values. */
  public static @Nullable Object value(JsonNode node) {
    return MAPPER.convertValue(node, ANY);
  }

  public static String text(@Nullable Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("This can't be written as JSON: " + e.getMessage(), e);
    }
  }

  /** An object of the given keys and values, in order; a null value leaves its key out. */
  public static Map<String, Object> object(@Nullable Object... keysAndValues) {
    var object = new LinkedHashMap<String, Object>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      var value = keysAndValues[i + 1];
      if (value != null) {
        object.put(String.valueOf(keysAndValues[i]), value);
      }
    }
    return object;
  }
}
