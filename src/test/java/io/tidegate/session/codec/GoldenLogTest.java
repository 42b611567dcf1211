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
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Logs as version 1 wrote them: they are read for ever. A change here is a change of the format and
 * needs a new version; a new type of event adds lines.
 *
 * <p>Line n of a {@code .jsonl} is the entry with seq n; a line of a {@code .blobs} is a digest, a
 * space and a blob of one line.
 */
class GoldenLogTest {
  private final EntryCodec codec = new EntryCodec();

  static Stream<Arguments> logs() {
    return Stream.of(
        Arguments.of("v1", SampleEntries.all()),
        Arguments.of("v1-people", SampleEntries.people()),
        Arguments.of("v1-trace", SampleEntries.traced()),
        Arguments.of("v1-guards", SampleGuards.entries()),
        Arguments.of("v1-routes", SampleGuards.routed()),
        Arguments.of("v1-budgets", SampleEntries.budgets()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("logs")
  void goldenLogReadsAsItWasMeant(String log, List<Entry> meant) throws IOException {
    assertThat(decoded(log)).containsExactlyElementsOf(meant);
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"v1", "v1-people", "v1-trace", "v1-guards", "v1-routes", "v1-budgets"})
  void whatWasReadIsWrittenTheSame(String log) throws IOException {
    var blobs = new HashMap<String, String>();
    var lines = new ArrayList<String>();
    for (var entry : decoded(log)) {
      var encoded = new EntryCodec().encode(entry);
      lines.add(new String(encoded.json(), UTF_8));
      encoded.blobs().forEach(blob -> blobs.put(blob.digest(), new String(blob.bytes(), UTF_8)));
    }
    assertThat(lines).containsExactlyElementsOf(lines(log + ".jsonl"));
    assertThat(blobs).isEqualTo(blobs(log));
  }

  @Test
  void goldenLogHasEveryTypeOfEvent() {
    Set<Class<?>> found =
        Stream.of(
                SampleEntries.all(),
                SampleEntries.people(),
                SampleGuards.entries(),
                SampleEntries.budgets())
            .flatMap(List::stream)
            .map(entry -> entry.event().getClass())
            .collect(Collectors.toSet());
    assertThat(found).containsExactlyInAnyOrder(Event.class.getPermittedSubclasses());
  }

  private List<Entry> decoded(String log) throws IOException {
    var decoding = codec.decoding();
    long seq = 0;
    for (var line : lines(log + ".jsonl")) {
      decoding.add(++seq, line, Long.MAX_VALUE);
    }
    var blobs = new HashMap<String, byte[]>();
    blobs(log).forEach((digest, text) -> blobs.put(digest, text.getBytes(UTF_8)));
    return decoding.finish(blobs);
  }

  private static Map<String, String> blobs(String log) throws IOException {
    return lines(log + ".blobs").stream()
        .map(line -> line.split(" ", 2))
        .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
  }

  private static List<String> lines(String file) throws IOException {
    try (var in = GoldenLogTest.class.getResourceAsStream("/golden/journal/" + file)) {
      return new String(in.readAllBytes(), UTF_8).lines().toList();
    }
  }
}
