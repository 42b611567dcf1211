package io.tidegate.session.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.run.Message;
import io.tidegate.run.RunListener.Delta;
import io.tidegate.run.SessionId;
import io.tidegate.run.Sessions.Partial;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageCodecTest {
  private static final SessionId SESSION = new SessionId("acme {ü} \"x\"", "s_1.f_2");

  private final MessageCodec codec = new MessageCodec();

  static Stream<Message> messages() {
    return Stream.of(
        new Message.Grew(SESSION, 9_007_199_254_740_993L),
        new Message.Said(SESSION, delta("Grüße, 世界")),
        new Message.Said(SESSION, delta("")),
        new Message.Said(SESSION, delta("cut in mid-character \ud83d")),
        new Message.FactsAdded(SESSION, 7, 99),
        new Message.Listens(SESSION, "replica-2"),
        new Message.PartialWanted(SESSION, "replica-2", 42),
        new Message.PartialGiven(42, new Partial("r_1", 1, 2, 3, "x".repeat(100_000), "\ude00 y")),
        new Message.PartialGiven(42, null),
        new Message.WorkWaits());
  }

  @ParameterizedTest
  @MethodSource("messages")
  void everyMessageReadsBack(Message message) {
    assertThat(codec.decode(codec.encode(message))).isEqualTo(message);
  }

  @ParameterizedTest
  @MethodSource("messages")
  void fieldsThatNobodyKnowsAreIgnored(Message message) {
    var richer = codec.encode(message).replaceFirst("\\{", "{\"mood\":{\"is\":[1]},");
    assertThat(codec.decode(richer)).isEqualTo(message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "7",
        "[]",
        "{",
        "{}",
        "{\"t\":7}",
        "{\"t\":\"sang\"}",
        "{\"t\":\"grew\",\"tenant\":\"a\",\"session\":\"s_1\"}",
        "{\"t\":\"grew\",\"tenant\":\"a\",\"session\":\"no session\",\"head\":1}",
        "{\"t\":\"grew\",\"tenant\":\"a\",\"session\":{\"ref\":\"sha256:1\"},\"head\":1}",
        "{\"t\":\"grew\",\"tenant\":\"a\",\"session\":\"s_1\",\"head\":\"1\"}"
      })
  void whatIsNoMessageOfThisVersionIsRefused(String text) {
    assertThatThrownBy(() -> codec.decode(text)).isInstanceOf(FormatException.class);
  }

  @ParameterizedTest
  @ValueSource(longs = {Integer.MAX_VALUE + 1L, Integer.MIN_VALUE - 1L})
  void numberThatFitsNotIsRefused(long turn) {
    var text =
        codec
            .encode(new Message.Said(SESSION, delta("a")))
            .replace("\"turn\":1", "\"turn\":" + turn);
    assertThatThrownBy(() -> codec.decode(text)).isInstanceOf(FormatException.class);
  }

  private static Delta delta(String text) {
    return new Delta(true, "r_1", 1, 2, 3, 4, text);
  }
}
