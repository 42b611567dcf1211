package io.tidegate.model.sse;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class SseParserProperties {

  @Property
  void anyChunkingOfAStreamDecodesTheSame(
      @ForAll("streams") byte[] stream, @ForAll List<Integer> cuts) throws IOException {
    assertThat(parse(stream, cuts)).isEqualTo(parse(stream, List.of()));
  }

  @Property(tries = 200)
  void bytesOneByOneDecodeTheSame(@ForAll("streams") byte[] stream) throws IOException {
    var everywhere = new ArrayList<Integer>();
    for (int i = 0; i < stream.length; i++) {
      everywhere.add(i);
    }
    assertThat(parse(stream, everywhere)).isEqualTo(parse(stream, List.of()));
  }

  @Property
  void eventsRoundTrip(@ForAll("payloads") List<String> payloads, @ForAll List<Integer> cuts)
      throws IOException {
    var stream = new StringBuilder();
    for (String payload : payloads) {
      payload.lines().forEach(line -> stream.append("data: ").append(line).append('\n'));
      stream.append('\n');
    }
    byte[] bytes = stream.toString().getBytes(StandardCharsets.UTF_8);
    assertThat(parse(bytes, cuts)).isEqualTo(payloads);
  }

  /** Streams made of what a parser has to tell apart. */
  @Provide
  Arbitrary<byte[]> streams() {
    return Arbitraries.of(
            "data", "event", "id", ":", " ", "\n", "\r", "\r\n", "\n\n", "data: ", "x", "é", "🌊",
            "\uFEFF")
        .list()
        .ofMaxSize(60)
        .map(pieces -> String.join("", pieces).getBytes(StandardCharsets.UTF_8));
  }

  @Provide
  Arbitrary<List<String>> payloads() {
    return Arbitraries.of("a", "é🌊", "{\"x\":1}", ":", "a\nb", "data: x").list().ofMaxSize(20);
  }

  private static List<String> parse(byte[] stream, List<Integer> cuts) throws IOException {
    var events = new ArrayList<String>();
    var parser =
        new SseParser(
            1 << 20,
            (bytes, start, end) ->
                events.add(new String(bytes, start, end - start, StandardCharsets.UTF_8)));
    int from = 0;
    for (int cut : positions(cuts, stream.length)) {
      parser.feed(Arrays.copyOfRange(stream, from, cut));
      from = cut;
    }
    parser.feed(Arrays.copyOfRange(stream, from, stream.length));
    return events;
  }

  private static List<Integer> positions(List<Integer> cuts, int length) {
    return length == 0
        ? List.of()
        : cuts.stream().map(cut -> Math.floorMod(cut, length)).sorted().toList();
  }
}
