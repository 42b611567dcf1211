package io.tidegate.app;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.pattern.ThrowableProxyConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.EncoderBase;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.tidegate.meter.LogSettings.Format;
import java.io.Console;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.slf4j.event.KeyValuePair;

/**
 * Writes one line for each event: a JSON object where machines read it, text at a terminal. What is
 * said with an event by name, such as the session and the run, keeps its name.
 */
public final class LogLines extends EncoderBase<ILoggingEvent> {
  private static final JsonFactory JSON = new JsonFactory();
  private static volatile Format format = named(System.getenv("TIDEGATE_LOG_FORMAT"));

  private final ThrowableProxyConverter traces = new ThrowableProxyConverter();

  private static Format named(String name) {
    for (var known : Format.values()) {
      if (known.name().equalsIgnoreCase(name)) {
        return known;
      }
    }
    return Format.AUTO;
  }

  /** How lines are written from now on. */
  static void use(Format chosen) {
    format = chosen;
  }

  /** Writes what is still on its way; nothing is logged any more after it. */
  static void finish() {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      context.stop();
    }
  }

  @Override
  public void start() {
    traces.start();
    super.start();
  }

  @Override
  public byte[] headerBytes() {
    return new byte[0];
  }

  @Override
  public byte[] footerBytes() {
    return new byte[0];
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    return (asJson() ? json(event) : text(event)).getBytes(StandardCharsets.UTF_8);
  }

  private static boolean asJson() {
    return switch (format) {
      case JSON -> true;
      case TEXT -> false;
      case AUTO -> !AtTerminal.IS;
    };
  }

  /** Looked up once, when the first line is written. */
  private static final class AtTerminal {
    static final boolean IS = terminal(System.console());

    private static boolean terminal(@Nullable Console console) {
      return console != null && console.isTerminal();
    }
  }

  private String json(ILoggingEvent event) {
    var line = new StringWriter();
    try (var out = JSON.createGenerator(line)) {
      out.writeStartObject();
      out.writeStringField("at", at(event));
      out.writeStringField("level", event.getLevel().toString().toLowerCase(Locale.ROOT));
      out.writeStringField("logger", event.getLoggerName());
      out.writeStringField("thread", event.getThreadName());
      out.writeStringField("message", event.getFormattedMessage());
      for (var pair : pairs(event)) {
        field(pair, out);
      }
      if (event.getThrowableProxy() != null) {
        out.writeStringField("error", traces.convert(event).strip());
      }
      out.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("a string does not fail", e);
    }
    return line.append('\n').toString();
  }

  private static void field(KeyValuePair pair, JsonGenerator out) throws IOException {
    switch (pair.value) {
      case Integer whole -> out.writeNumberField(pair.key, whole);
      case Long whole -> out.writeNumberField(pair.key, whole);
      case null, default -> out.writeStringField(pair.key, String.valueOf(pair.value));
    }
  }

  private String text(ILoggingEvent event) {
    var line = new StringBuilder(at(event)).append(' ').append(event.getLevel()).append(' ');
    var logger = event.getLoggerName();
    line.append(logger, logger.lastIndexOf('.') + 1, logger.length()).append(' ');
    line.append(event.getFormattedMessage());
    for (var pair : pairs(event)) {
      line.append(' ').append(pair.key).append('=').append(pair.value);
    }
    line.append('\n');
    return event.getThrowableProxy() == null
        ? line.toString()
        : line.append(traces.convert(event)).toString();
  }

  private static String at(ILoggingEvent event) {
    return Instant.ofEpochMilli(event.getTimeStamp()).truncatedTo(ChronoUnit.MILLIS).toString();
  }

  private static List<KeyValuePair> pairs(ILoggingEvent event) {
    var pairs = event.getKeyValuePairs();
    return pairs == null ? List.of() : pairs;
  }
}
