package io.tidegate.session.codec;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidegate.loop.Memento;
import io.tidegate.loop.RunState;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Turns a session's state into one JSON object and back: {@code {"v":1,"fold":1,…}}. It refers to
 * nothing, so that it is read at once. Any thread may use it; large states belong on a worker.
 */
public final class SnapshotCodec {
  private static final String FOLD = "fold";
  private static final String VERSION = "v";

  private final EntryCodec codec;
  private final SnapshotWriter writer;
  private final SnapshotReader reader;

  public SnapshotCodec(EntryCodec codec) {
    this.codec = codec;
    this.writer = new SnapshotWriter();
    this.reader = new SnapshotReader(codec);
  }

  /** The state as JSON in UTF-8. */
  public byte[] encode(RunState state) {
    var bytes = new ByteArrayOutputStream(16_384);
    codec.write(bytes, Integer.MAX_VALUE, out -> out.object(Memento.of(state), this::write));
    return bytes.toByteArray();
  }

  private void write(Memento state, JsonOut out) throws IOException {
    out.number(VERSION, EntryCodec.VERSION).number(FOLD, Memento.FOLD);
    writer.write(state, out);
  }

  /**
   * The state, or null if it was made by another fold or is written in another version.
   *
   * @throws FormatException if it can't be read though its versions are known
   */
  public @Nullable RunState decode(byte[] json) {
    var where = "a snapshot";
    var node = codec.parse(where, new String(json, StandardCharsets.UTF_8));
    return known(node) ? reader.read(new Fields(where, node, Fields.NO_BLOBS)).restore() : null;
  }

  private static boolean known(JsonNode node) {
    return node.path(VERSION).asLong() == EntryCodec.VERSION
        && node.path(FOLD).asLong() == Memento.FOLD;
  }
}
