package io.tidegate.model.sse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SseParserTest {

  @Test
  void dataOfAnEventIsHandedOnAtTheBlankLine() throws IOException {
    assertThat(parse("data: a\n\ndata: b\n\n")).containsExactly("a", "b");
  }

  @Test
  void onlyOneSpaceAfterTheColonIsDropped() throws IOException {
    assertThat(parse("data:a\n\ndata:  b\n\n")).containsExactly("a", " b");
  }

  @Test
  void linesOfDataAreJoined() throws IOException {
    assertThat(parse("data: a\ndata: b\ndata:\ndata: c\n\n")).containsExactly("a\nb\n\nc");
  }

  @Test
  void linesEndWithAnyOfTheThreeEnds() throws IOException {
    assertThat(parse("data: a\r\n\r\ndata: b\r\rdata: c\n\n")).containsExactly("a", "b", "c");
  }

  @Test
  void aCarriageReturnAndALineFeedAreOneEnd() throws IOException {
    assertThat(parse("data: a\r\ndata: b\r", "\ndata: c\r\n\r\n")).containsExactly("a\nb\nc");
  }

  @Test
  void commentsAndOtherFieldsArePassedOver() throws IOException {
    assertThat(parse(": keep alive\n\nevent: x\nid: 7\nretry: 3\ndatabase: x\ndata: a\n\n"))
        .containsExactly("a");
  }

  @Test
  void aByteOrderMarkIsPassedOver() throws IOException {
    assertThat(parse("\uFEFFdata: a\n\n")).containsExactly("a");
  }

  @Test
  void aFieldWithoutColonHasNoValue() throws IOException {
    assertThat(parse("data\n\n")).containsExactly("");
  }

  @Test
  void anEventThatIsNotCompleteIsNotHandedOn() throws IOException {
    assertThat(parse("data: a\n\ndata: b\n")).containsExactly("a");
  }

  @Test
  void aLineWithoutEndIsRefusedAtTheLimit() {
    var parser = new SseParser(100, (bytes, start, end) -> {});
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 11; i++) {
                parser.feed(bytes("data: 1234"));
              }
            })
        .isInstanceOf(SseParser.TooLarge.class)
        .hasMessageContaining("100 bytes");
  }

  @Test
  void anEventOfManyLinesIsRefusedAtTheLimit() {
    var parser = new SseParser(100, (bytes, start, end) -> {});
    assertThatThrownBy(() -> parser.feed(bytes("data: 12345678\n".repeat(20))))
        .isInstanceOf(SseParser.TooLarge.class);
  }

  static List<String> parse(String... chunks) throws IOException {
    var events = new ArrayList<String>();
    var parser =
        new SseParser(
            1 << 20,
            (bytes, start, end) ->
                events.add(new String(bytes, start, end - start, StandardCharsets.UTF_8)));
    for (String chunk : chunks) {
      parser.feed(bytes(chunk));
    }
    return events;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
