package io.tidegate.session.codec;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidegate.loop.Entry;
import io.tidegate.loop.Pin;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * Turns journal entries into JSON objects and back: {@code
 * {"v":1,"t":"call.started","at":…,"run":…,"w":…}}, where {@code w} is the writer's tag, and the
 * event's own fields. Texts of more than {@value #INLINE_MAX} characters, and every pin, are blobs;
 * in their place stands {@code {"ref":digest,"bytes":n}}. Any thread may use it.
 *
 * <p>A text of an event is a JSON string and a reference is an object, so a tool's result can't
 * pose as a reference.
 */
public final class EntryCodec {
  /** The version that is written, and the newest that is read. */
  public static final int VERSION = 1;

  static final int INLINE_MAX = 4096;
  private static final int PINS_KEPT = 512;

  private final ObjectMapper json = new ObjectMapper(factory());
  private final PinCache pins = new PinCache(PINS_KEPT);
  private final EventWriter events = new EventWriter(this::pin);

  /**
   * An entry as it is stored.
   *
   * @param json a JSON object in UTF-8
   * @param blobs what it refers to
   */
  @SuppressWarnings("ArrayRecordComponent") // on its way to the wire, compared by nobody
  public record Encoded(byte[] json, List<Blob> blobs) {}

  /** Encodes an entry; its seq is not within. The same entry always gives the same bytes. */
  public Encoded encode(Entry entry) {
    var bytes = new ByteArrayOutputStream(256);
    var blobs = write(bytes, INLINE_MAX, out -> out.object(entry, this::entry));
    return new Encoded(bytes.toByteArray(), blobs);
  }

  /** Reads a session that was carried here; large ones belong on a worker. */
  public DocumentReader documents() {
    return new DocumentReader(this, json);
  }

  /** Begins to decode entries that were read together. */
  public Decoding decoding() {
    return new Decoding(this);
  }

  private void entry(Entry entry, JsonOut out) throws IOException {
    out.number("v", VERSION).text("t", EventType.of(entry.event())).number("at", entry.at());
    if (!entry.run().isEmpty()) {
      out.text("run", entry.run());
    }
    if (entry.tag() != 0) {
      out.number("w", entry.tag());
    }
    events.write(entry.event(), out);
  }

  Entry entry(long seq, String text, Fields.Blobs blobs) {
    var where = "entry " + seq;
    var node = parse(where, text);
    var in = new Fields(where, node, blobs);
    checkVersion(in);
    var type = in.text("t");
    var run = in.textOrNull("run");
    var named = new Fields(where + " (" + type + ")", node, blobs);
    var event = EventReader.read(type, named);
    var tag = in.integerOrNull("w");
    return new Entry(seq, in.number("at"), run == null ? "" : run, event, tag == null ? 0 : tag);
  }

  private Blob pin(Pin pin) {
    return pins.blob(pin, this::write);
  }

  private Blob write(Pin pin) {
    var bytes = new ByteArrayOutputStream(4096);
    write(bytes, Integer.MAX_VALUE, out -> out.object(pin, PinFormat::write));
    return Blob.of(bytes.toByteArray());
  }

  Pin pin(String digest, String text) {
    var pin = carriedPin(digest, text, Fields.NO_BLOBS);
    pins.keep(digest, pin);
    return pin;
  }

  /** A pin that a stranger may have written. */
  Pin carriedPin(String digest, String text, Fields.Blobs blobs) {
    var where = "pin " + digest;
    var in = new Fields(where, parse(where, text), blobs);
    checkVersion(in);
    return PinFormat.read(in);
  }

  /** The pin that this process has already, if it has an equal one: thousands of runs share it. */
  Pin shared(Pin pin) {
    var known = pins.find(pin(pin).digest());
    return known == null ? pin : known;
  }

  PinCache pins() {
    return pins;
  }

  private static void checkVersion(Fields in) {
    var version = in.number("v");
    if (version > VERSION) {
      throw FormatException.newer(in.where(), "version " + version);
    }
  }

  /** Writes one JSON value in UTF-8, and gives the texts that were put aside. */
  List<Blob> write(ByteArrayOutputStream bytes, int inlineMax, Content content) {
    try (JsonGenerator generator = json.getFactory().createGenerator(bytes)) {
      var out = new JsonOut(generator, inlineMax);
      content.write(out);
      return out.blobs();
    } catch (IOException e) {
      throw new UncheckedIOException("a byte array takes all that is written", e);
    }
  }

  /** What is written. */
  interface Content {
    void write(JsonOut out) throws IOException;
  }

  JsonNode parse(String where, String text) {
    try {
      return json.readTree(text);
    } catch (IOException e) {
      throw FormatException.broken(where, e);
    }
  }

  /** Jackson's limits protect from strangers; what is read here was written here. */
  private static JsonFactory factory() {
    var own = StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build();
    return JsonFactory.builder().streamReadConstraints(own).build();
  }
}
