package io.tidegate.session.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.loop.Entry;
import io.tidegate.loop.Event;
import java.util.HashMap;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class EntryCodecProperties {
  private final EntryCodec writer = new EntryCodec();

  @Property(tries = 600)
  void whatIsWrittenReadsBackTheSame(
      @ForAll("events") Event event, @ForAll("texts") String run, @ForAll long at) {
    var entry = new Entry(7, at, run, event);
    var encoded = writer.encode(entry);
    assertThat(read(encoded)).isEqualTo(entry);
  }

  @Property(tries = 100)
  void everyReferenceIsFetchedAndNothingElse(@ForAll("events") Event event) {
    var encoded = writer.encode(new Entry(7, 0, "r", event));
    var decoding = new EntryCodec().decoding();
    decoding.add(7, new String(encoded.json(), UTF_8), Long.MAX_VALUE);
    assertThat(decoding.wanted())
        .containsExactlyInAnyOrderElementsOf(
            encoded.blobs().stream().map(Blob::digest).distinct().toList());
  }

  /** With a codec that knows no pin, as another process has it. */
  private static Entry read(EntryCodec.Encoded encoded) {
    var blobs = new HashMap<String, byte[]>();
    encoded.blobs().forEach(blob -> blobs.put(blob.digest(), blob.bytes()));
    var decoding = new EntryCodec().decoding();
    decoding.add(7, new String(encoded.json(), UTF_8), Long.MAX_VALUE);
    return decoding.finish(blobs).getFirst();
  }

  @Provide
  Arbitrary<Event> events() {
    return EventArbitraries.events();
  }

  @Provide
  Arbitrary<String> texts() {
    return EventArbitraries.texts();
  }
}
