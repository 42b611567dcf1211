package io.tidegate.session.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import io.tidegate.conversation.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Writes the fields of a JSON object, one after the other; nulls are left out, and large texts go
 * to blobs.
 */
final class JsonOut {
  private final JsonGenerator generator;
  private final int inlineMax;
  private final List<Blob> blobs = new ArrayList<>(2);

  /**
   * @param inlineMax texts of more characters become blobs
   */
  JsonOut(JsonGenerator generator, int inlineMax) {
    this.generator = generator;
    this.inlineMax = inlineMax;
  }

  /** What was put aside so far. */
  List<Blob> blobs() {
    return blobs;
  }

  JsonOut text(String name, @Nullable String value) throws IOException {
    if (value != null) {
      generator.writeFieldName(name);
      write(value);
    }
    return this;
  }

  /** A JSON document as a text: it reads back byte for byte, whatever its spaces. */
  JsonOut json(String name, @Nullable Json value) throws IOException {
    return text(name, value == null ? null : value.text());
  }

  JsonOut texts(String name, List<String> values) throws IOException {
    generator.writeArrayFieldStart(name);
    for (var value : values) {
      write(value);
    }
    generator.writeEndArray();
    return this;
  }

  JsonOut number(String name, long value) throws IOException {
    generator.writeNumberField(name, value);
    return this;
  }

  JsonOut number(String name, @Nullable Long value) throws IOException {
    return value == null ? this : number(name, value.longValue());
  }

  JsonOut number(String name, @Nullable Integer value) throws IOException {
    return value == null ? this : number(name, value.longValue());
  }

  JsonOut decimal(String name, @Nullable Double value) throws IOException {
    if (value != null) {
      generator.writeNumberField(name, value);
    }
    return this;
  }

  JsonOut flag(String name, boolean value) throws IOException {
    generator.writeBooleanField(name, value);
    return this;
  }

  JsonOut word(String name, Enum<?> value) throws IOException {
    generator.writeStringField(name, value.name().toLowerCase(Locale.ROOT));
    return this;
  }

  JsonOut blob(String name, Blob blob) throws IOException {
    generator.writeFieldName(name);
    reference(blob);
    return this;
  }

  <T> JsonOut object(String name, T value, Fields<T> fields) throws IOException {
    generator.writeFieldName(name);
    return object(value, fields);
  }

  <T> JsonOut objects(String name, List<T> values, Fields<T> fields) throws IOException {
    generator.writeArrayFieldStart(name);
    for (var value : values) {
      object(value, fields);
    }
    generator.writeEndArray();
    return this;
  }

  <T> JsonOut object(T value, Fields<T> fields) throws IOException {
    generator.writeStartObject();
    fields.write(value, this);
    generator.writeEndObject();
    return this;
  }

  /** Writes the fields of one kind of value. */
  interface Fields<T> {
    void write(T value, JsonOut out) throws IOException;
  }

  private void write(String value) throws IOException {
    var blob = value.length() > inlineMax ? Blob.of(value).orElse(null) : null;
    if (blob == null) {
      generator.writeString(value);
    } else {
      reference(blob);
    }
  }

  private void reference(Blob blob) throws IOException {
    blobs.add(blob);
    generator.writeStartObject();
    generator.writeStringField("ref", blob.digest());
    generator.writeNumberField("bytes", blob.bytes().length);
    generator.writeEndObject();
  }
}
