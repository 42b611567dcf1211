package io.tidegate.model.openai;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.conversation.Reply;
import io.tidegate.model.Asks;
import io.tidegate.model.Golden;
import io.tidegate.model.Heard;
import io.tidegate.model.Streams;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class OpenAiDecoderProperties {

  @Property(tries = 300)
  void anyChunkingGivesTheSameReply(
      @ForAll("recorded") String name, @ForAll List<@IntRange(max = 10_000) Integer> cuts) {
    var whole = new Heard();
    var cut = new Heard();
    Reply expected = decode(name, whole, List.of());
    assertThat(decode(name, cut, cuts)).isEqualTo(expected);
    assertThat(cut.told()).isEqualTo(whole.told());
  }

  @Property(tries = 3)
  void bytesOneByOneGiveTheSameReply(@ForAll("recorded") String name) {
    var everywhere = IntStream.range(0, 10_000).boxed().toList();
    assertThat(decode(name, new Heard(), everywhere))
        .isEqualTo(decode(name, new Heard(), List.of()));
  }

  @Provide
  Arbitrary<String> recorded() {
    return Arbitraries.of("answer", "calls", "reasoning");
  }

  private static Reply decode(String name, Heard heard, List<Integer> cuts) {
    var decoder = new OpenAiDecoder(Asks.with(Asks.tools("erp.lookup", "now")), heard);
    return Streams.decode(decoder, Golden.bytes("openai/" + name + ".sse"), cuts);
  }
}
