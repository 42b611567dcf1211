package io.tidegate.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import io.tidegate.conversation.Json;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** JSON on the wire: strict when read, compact when written. */
final class Wire {
  private static final int MOST_LEVELS = 100;

  private static final JsonMapper MAPPER = strict();

  private Wire() {}

  private static JsonMapper strict() {
    var mapper =
        JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .disable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS)
            .build();
    mapper
        .getFactory()
        .setStreamReadConstraints(
            StreamReadConstraints.builder()
                .maxNestingDepth(MOST_LEVELS)
                .maxStringLength(Integer.MAX_VALUE)
                .build());
    return mapper;
  }

  static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /** Puts a JSON value into an object as it is. */
  static ObjectNode put(ObjectNode to, String name, Json value) {
    return to.putRawValue(name, new RawValue(value.text()));
  }

  static Buffer write(JsonNode json) {
    try {
      return Buffer.buffer(MAPPER.writeValueAsBytes(json));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of JSON nodes can always be written", e);
    }
  }

  static String text(JsonNode json) {
    try {
      return MAPPER.writeValueAsString(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of JSON nodes can always be written", e);
    }
  }

  /** Reads a JSON object; a {@link Problem} says where it is malformed. */
  static ObjectNode read(Buffer buffer) {
    return read(decode(buffer));
  }

  /** Reads a JSON object; a {@link Problem} says where it is malformed. */
  static ObjectNode read(String text) {
    if (parse(text) instanceof ObjectNode object) {
      return object;
    }
    throw Problem.malformed("The body must be a JSON object.");
  }

  private static JsonNode parse(String text) {
    try {
      return MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      throw Problem.malformed("The body is not valid JSON" + where(e) + ".");
    }
  }

  private static String where(JsonProcessingException e) {
    var at = e.getLocation();
    var place = at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
    return place + ": " + e.getOriginalMessage();
  }

  private static String decode(Buffer buffer) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(buffer.getBytes()))
          .toString();
    } catch (CharacterCodingException e) {
      throw Problem.malformed("The body is not valid UTF-8.");
    }
  }

  /** Whether the text has a form in UTF-8: half a surrogate pair has none. */
  static boolean encodable(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        return StandardCharsets.UTF_8.newEncoder().canEncode(text);
      }
    }
    return true;
  }
}
