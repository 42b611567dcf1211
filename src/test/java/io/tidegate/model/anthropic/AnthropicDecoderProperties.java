package io.tidegate.model.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.conversation.Reply;
import io.tidegate.model.Asks;
import io.tidegate.model.Golden;
import io.tidegate.model.Heard;
import io.tidegate.model.Streams;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class AnthropicDecoderProperties {

  @Property(tries = 300)
  void anyChunkingGivesTheSameReply(@ForAll List<@IntRange(max = 10_000) Integer> cuts) {
    var whole = new Heard();
    var cut = new Heard();
    Reply expected = decode(whole, List.of());
    assertThat(decode(cut, cuts)).isEqualTo(expected);
    assertThat(cut.told()).isEqualTo(whole.told());
  }

  @Example
  void bytesOneByOneGiveTheSameReply() {
    var everywhere = IntStream.range(0, 10_000).boxed().toList();
    assertThat(decode(new Heard(), everywhere)).isEqualTo(decode(new Heard(), List.of()));
  }

  private static Reply decode(Heard heard, List<Integer> cuts) {
    var decoder = new AnthropicDecoder(Asks.with(Asks.tools("erp.lookup", "now")), heard);
    return Streams.decode(decoder, Golden.bytes("anthropic/calls.sse"), cuts);
  }
}
