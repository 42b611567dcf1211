package io.tidegate.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import io.tidegate.conversation.Json;
import io.tidegate.loop.Entry;
import io.tidegate.run.SessionId;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes one public event, or a part of the API's answers: a line of JSON, straight into bytes. */
final class EventJson {
  private static final JsonFactory JSON = new JsonFactory();
  private static final DateTimeFormatter MILLISECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  private final ByteArrayBuilder bytes = new ByteArrayBuilder(512);
  private final String type;
  private final long seq;
  private final JsonGenerator json;

  private EventJson(String type, long seq) {
    this.type = type;
    this.seq = seq;
    try {
      json = JSON.createGenerator(bytes);
    } catch (IOException e) {
      throw inMemory(e);
    }
  }

  /** An event that stands in the journal. */
  static EventJson durable(String type, SessionId session, Entry entry) {
    return new EventJson(type, entry.seq())
        .begin(session, entry.run())
        .number("seq", entry.seq())
        .time("at", entry.at());
  }

  /** An event that is gone when it was missed; run is empty if it belongs to none. */
  static EventJson passing(String type, SessionId session, String run) {
    return new EventJson(type, 0).begin(session, run);
  }

  private EventJson begin(SessionId session, String run) {
    return write(json::writeStartObject)
        .text("type", type)
        .text("session", session.id())
        .text("run", run.isEmpty() ? null : run);
  }

  /** An object of its own, which is no event. */
  static EventJson value() {
    var value = new EventJson("", 0);
    return value.write(value.json::writeStartObject);
  }

  PublicEvent done() {
    return new PublicEvent(type, seq, Buffer.buffer(end()));
  }

  Json json() {
    return new Json(new String(end(), UTF_8));
  }

  private byte[] end() {
    write(json::writeEndObject).write(json::close);
    return bytes.getClearAndRelease();
  }

  EventJson number(String name, long value) {
    return write(() -> json.writeNumberField(name, value));
  }

  EventJson flag(String name, boolean value) {
    return write(() -> json.writeBooleanField(name, value));
  }

  EventJson text(String name, @Nullable String value) {
    return write(() -> json.writeStringField(name, value));
  }

  EventJson texts(String name, List<String> values) {
    return array(name, () -> values.forEach(value -> write(() -> json.writeString(value))));
  }

  /** Milliseconds since 1970 as ISO 8601 in UTC, to the millisecond; null stays null. */
  EventJson time(String name, @Nullable Long ms) {
    return text(name, ms == null ? null : MILLISECONDS.format(Instant.ofEpochMilli(ms)));
  }

  /** A JSON value as it is, or a reference to its blob if it is large; null stays null. */
  EventJson payload(String name, @Nullable Json value) {
    if (value == null) {
      return text(name, null);
    }
    var large = Payload.large(value.text());
    return large != null
        ? reference(name, large)
        : write(() -> json.writeFieldName(name))
            .write(() -> json.writeRawValue(Payload.singleLine(value.text())));
  }

  /** Plain text, or a reference to its blob if it is large. */
  EventJson payload(String name, String value) {
    var large = Payload.large(value);
    return large != null ? reference(name, large) : text(name, value);
  }

  private EventJson reference(String name, Payload.Reference large) {
    return object(name, () -> text("ref", large.digest()).number("bytes", large.bytes()));
  }

  EventJson object(String name, Runnable fields) {
    write(() -> json.writeObjectFieldStart(name));
    fields.run();
    return write(json::writeEndObject);
  }

  private EventJson array(String name, Runnable elements) {
    write(() -> json.writeArrayFieldStart(name));
    elements.run();
    return write(json::writeEndArray);
  }

  private EventJson write(Step step) {
    try {
      step.run();
      return this;
    } catch (IOException e) {
      throw inMemory(e);
    }
  }

  private interface Step {
    void run() throws IOException;
  }

  private static UncheckedIOException inMemory(IOException e) {
    return new UncheckedIOException("a public event could not be written as JSON", e);
  }
}
