package io.tidegate.session.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.loop.Entry;
import io.tidegate.loop.Event;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Logs as version 1 wrote them: they are read for ever. A change here is a change of the format and
 * needs a new version; a new type of event adds lines.
 *
 * <p>Line n of {@code v1.jsonl} is the entry with seq n; a line of {@code v1.blobs} is a digest, a
 * space and a blob of one line.
 */
class GoldenLogTest {
  private final EntryCodec codec = new EntryCodec();

  @Test
  void goldenLogReadsAsItWasMeant() throws IOException {
    assertThat(decoded()).containsExactlyElementsOf(SampleEntries.all());
  }

  @Test
  void whatWasReadIsWrittenTheSame() throws IOException {
    var blobs = new HashMap<String, String>();
    var lines = new ArrayList<String>();
    for (var entry : decoded()) {
      var encoded = new EntryCodec().encode(entry);
      lines.add(new String(encoded.json(), UTF_8));
      encoded.blobs().forEach(blob -> blobs.put(blob.digest(), new String(blob.bytes(), UTF_8)));
    }
    assertThat(lines).containsExactlyElementsOf(lines("v1.jsonl"));
    assertThat(blobs).isEqualTo(blobs());
  }

  @Test
  void goldenLogHasEveryTypeOfEvent() {
    Set<Class<?>> found =
        SampleEntries.all().stream()
            .map(entry -> entry.event().getClass())
            .collect(Collectors.toSet());
    assertThat(found).containsExactlyInAnyOrder(Event.class.getPermittedSubclasses());
  }

  private List<Entry> decoded() throws IOException {
    var decoding = codec.decoding();
    long seq = 0;
    for (var line : lines("v1.jsonl")) {
      decoding.add(++seq, line, Long.MAX_VALUE);
    }
    var blobs = new HashMap<String, byte[]>();
    blobs().forEach((digest, text) -> blobs.put(digest, text.getBytes(UTF_8)));
    return decoding.finish(blobs);
  }

  private static Map<String, String> blobs() throws IOException {
    return lines("v1.blobs").stream()
        .map(line -> line.split(" ", 2))
        .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
  }

  private static List<String> lines(String file) throws IOException {
    try (var in = GoldenLogTest.class.getResourceAsStream("/golden/journal/" + file)) {
      return new String(in.readAllBytes(), UTF_8).lines().toList();
    }
  }
}
