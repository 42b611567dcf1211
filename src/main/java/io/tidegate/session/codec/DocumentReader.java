package io.tidegate.session.codec;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import io.tidegate.conversation.Json;
import io.tidegate.loop.Entry;
import io.tidegate.loop.Pin;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a session that was carried here as one JSON document: {@code
 * {"format":"tidegate-session","version":1,"session":{"id":…},"entries":[…],"blobs":{digest:text}}}.
 * Strangers may have written it, so nothing in it is believed. For one document.
 */
public final class DocumentReader {
  /** What a document says that it is. */
  private static final String FORMAT = "tidegate-session";

  private static final int VERSION = 1;

  /** To hold a log of many entries against itself takes long, however short they are. */
  static final int ENTRIES_MAX = 200_000;

  private static final String WHERE = "The document";

  private final EntryCodec codec;
  private final ObjectMapper json;
  private final ObjectReader strict;
  private final List<byte[]> entries = new ArrayList<>();
  private final Map<String, String> blobs = new HashMap<>();
  private @Nullable String format;
  private @Nullable String id;
  private int version;

  DocumentReader(EntryCodec codec, ObjectMapper json) {
    this.codec = codec;
    this.json = json;
    this.strict = json.reader().with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  }

  /** A session's id and its log. */
  public record Carried(String id, List<Entry> entries) {}

  /**
   * The session.
   *
   * @throws FormatException if the document is not right, which names the entry if one is to blame
   */
  public Carried read(byte[] document) {
    try (var parser = json.getFactory().createParser(document)) {
      members(parser);
    } catch (IOException e) {
      throw FormatException.broken(WHERE, e);
    }
    check();
    var found = new Found();
    var decoded = new ArrayList<Entry>();
    for (var entry : entries) {
      decoded.add(entry(decoded.size() + 1L, entry, found));
    }
    return new Carried(String.valueOf(id), decoded);
  }

  private void members(JsonParser parser) throws IOException {
    expect(parser.nextToken(), JsonToken.START_OBJECT, "it");
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      var name = parser.currentName();
      parser.nextToken();
      switch (name) {
        case "format" -> format = parser.getValueAsString();
        case "version" -> version = parser.getValueAsInt();
        case "session" -> id = json.<JsonNode>readTree(parser).path("id").textValue();
        case "entries" -> entries(parser);
        case "blobs" -> blobs(parser);
        default -> parser.skipChildren();
      }
    }
    if (parser.nextToken() != null) {
      throw FormatException.broken(WHERE, "something follows on its end");
    }
  }

  private void entries(JsonParser parser) throws IOException {
    expect(parser.currentToken(), JsonToken.START_ARRAY, "'entries'");
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      expect(parser.currentToken(), JsonToken.START_OBJECT, "entry " + (entries.size() + 1));
      var bytes = new ByteArrayOutputStream(256);
      try (var copy = json.getFactory().createGenerator(bytes)) {
        copy.copyCurrentStructure(parser);
      }
      if (entries.size() == ENTRIES_MAX) {
        throw FormatException.broken(WHERE, "it has more than " + ENTRIES_MAX + " entries");
      }
      entries.add(bytes.toByteArray());
    }
  }

  private void blobs(JsonParser parser) throws IOException {
    expect(parser.currentToken(), JsonToken.START_OBJECT, "'blobs'");
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      var digest = parser.currentName();
      expect(parser.nextToken(), JsonToken.VALUE_STRING, "blob " + digest);
      var text = parser.getText();
      if (Blob.of(text).filter(blob -> blob.digest().equals(digest)).isEmpty()) {
        throw FormatException.broken("Blob " + digest, "its content has another digest");
      }
      blobs.put(digest, text);
    }
  }

  private static void expect(@Nullable JsonToken found, JsonToken wanted, String what) {
    if (found != wanted) {
      var kind =
          switch (wanted) {
            case START_OBJECT -> "an object";
            case START_ARRAY -> "an array";
            default -> "a text";
          };
      throw FormatException.broken(WHERE, what + " is not " + kind);
    }
  }

  private void check() {
    if (!FORMAT.equals(format)) {
      throw FormatException.broken(WHERE, "its 'format' is not \"" + FORMAT + "\"");
    }
    if (version > VERSION) {
      throw FormatException.newer(WHERE, "version " + version);
    }
    if (version < 1 || id == null) {
      throw FormatException.broken(WHERE, "it has no 'version' or no 'session.id'");
    }
    if (entries.isEmpty()) {
      throw FormatException.broken(WHERE, "it has no entries");
    }
  }

  private Entry entry(long seq, byte[] stored, Found found) {
    try {
      return codec.entry(seq, new String(stored, StandardCharsets.UTF_8), found);
    } catch (IllegalArgumentException | ArithmeticException wrong) {
      throw FormatException.broken("entry " + seq, wrong);
    } catch (FormatException flaw) {
      throw String.valueOf(flaw.getMessage()).startsWith("entry ")
          ? flaw
          : FormatException.broken("entry " + seq, flaw);
    }
  }

  /** What the document brings along; a pin of this process is no better than the document's own. */
  private final class Found implements Fields.Blobs {
    private final Map<String, Pin> pins = new HashMap<>();

    @Override
    public String text(String digest) {
      var text = blobs.get(digest);
      if (text == null) {
        throw FormatException.broken("blob " + digest, "it is missing");
      }
      return text;
    }

    @Override
    public Pin pin(String digest) {
      return pins.computeIfAbsent(digest, _ -> codec.carriedPin(digest, text(digest), this));
    }

    @Override
    public Json json(String where, String text) {
      try {
        if (strict.readTree(text).isMissingNode()) {
          throw FormatException.broken(where, "it has an empty text where JSON must stand");
        }
        return new Json(text);
      } catch (IOException e) {
        throw FormatException.broken(where, e);
      }
    }
  }
}
