package io.tidegate.model;

import io.tidegate.conversation.Reply;
import io.tidegate.model.sse.SseParser;
import io.tidegate.model.wire.Decoder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Feeds recorded bytes to a decoder as the network would. */
public final class Streams {
  private Streams() {}

  /** The reply to a stream, cut at the given positions. */
  public static Reply decode(Decoder decoder, byte[] stream, List<Integer> cuts) {
    feed(decoder, stream, cuts);
    return decoder.reply();
  }

  /** The reply to a stream of events with this data. */
  public static Reply decode(Decoder decoder, String... data) {
    return decode(decoder, events(data), List.of());
  }

  public static void feed(Decoder decoder, byte[] stream, List<Integer> cuts) {
    var parser = new SseParser(1 << 22, decoder::event);
    int from = 0;
    try {
      for (int cut : positions(cuts, stream.length)) {
        parser.feed(Arrays.copyOfRange(stream, from, cut));
        from = cut;
      }
      parser.feed(Arrays.copyOfRange(stream, from, stream.length));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static List<Integer> positions(List<Integer> cuts, int length) {
    return cuts.stream().map(cut -> Math.floorMod(cut, length)).sorted().toList();
  }

  public static byte[] events(String... data) {
    var stream = new StringBuilder();
    for (String event : data) {
      stream.append("data: ").append(event.replace('\'', '"')).append("\n\n");
    }
    return stream.toString().getBytes(StandardCharsets.UTF_8);
  }
}
