package io.tidegate.model.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringWriter;

/** Reads and writes JSON as streams of tokens. */
public final class JsonIo {
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          // A message of the parser must not carry what a model or a person said.
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .build();

  private static final ObjectMapper TREES = new ObjectMapper(FACTORY);

  private JsonIo() {}

  /** Writes to a generator. */
  public interface Writing {
    void to(JsonGenerator out) throws IOException;
  }

  /** Reads the value of a field, at which the parser stands. */
  public interface Fields {
    void read(String name, JsonParser in) throws IOException;
  }

  /** Reads the value of a field, at which its parser stands. */
  public interface Field {
    void read(String name) throws IOException;
  }

  /** The bytes of a document in UTF-8. */
  public static byte[] bytes(int sizeHint, Writing document) throws IOException {
    var bytes = new ByteArrayOutputStream(sizeHint);
    try (var out = FACTORY.createGenerator(bytes)) {
      document.to(out);
    }
    return bytes.toByteArray();
  }

  /** The text of a document. */
  public static String text(Writing document) throws IOException {
    var text = new StringWriter();
    try (var out = FACTORY.createGenerator(text)) {
      document.to(out);
    }
    return text.toString();
  }

  public static JsonParser parser(String text) throws IOException {
    return FACTORY.createParser(text);
  }

  /** The document as a tree, for what is rare and small. */
  public static JsonNode tree(byte[] bytes) throws IOException {
    return TREES.readTree(bytes);
  }

  /** The value at which the parser stands, as a tree. */
  public static JsonNode tree(JsonParser in) throws IOException {
    return TREES.readTree(in);
  }

  /**
   * Reads a document that is one object, field by field.
   *
   * @throws IOException if it is none, or more follows it
   */
  public static void object(byte[] bytes, int start, int end, Fields fields) throws IOException {
    try (JsonParser in = FACTORY.createParser(bytes, start, end - start)) {
      if (in.nextToken() != JsonToken.START_OBJECT) {
        throw new JsonParseException(in, "an object was expected");
      }
      eachField(in, name -> fields.read(name, in));
      if (in.nextToken() != null) {
        throw new JsonParseException(in, "the end was expected");
      }
    }
  }

  /**
   * Reads the object at which the parser stands, field by field. Anything else is passed over:
   * {@code null} in an object's place is common.
   */
  public static void eachField(JsonParser in, Field field) throws IOException {
    if (!in.hasToken(JsonToken.START_OBJECT)) {
      in.skipChildren();
      return;
    }
    for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
      in.nextToken();
      field.read(name);
    }
  }

  /** The string at which the parser stands, or empty if it is none. */
  public static String string(JsonParser in) throws IOException {
    if (in.hasToken(JsonToken.VALUE_STRING)) {
      return in.getText();
    }
    in.skipChildren();
    return "";
  }

  /** The whole number at which the parser stands, or the other value if it is none. */
  public static long number(JsonParser in, long otherwise) throws IOException {
    if (in.hasToken(JsonToken.VALUE_NUMBER_INT)) {
      return in.getLongValue();
    }
    in.skipChildren();
    return otherwise;
  }
}
