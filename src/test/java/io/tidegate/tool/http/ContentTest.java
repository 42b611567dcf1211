package io.tidegate.tool.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContentTest {

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "application/json, {\"a\": 1.50}, {\"a\":1.50}",
        "application/json;charset=UTF-8, [1], [1]",
        "application/problem+json, {}, {}",
        "text/plain, [1], \"[1]\"",
        "text/csv; charset=utf-8, `a,b`, `\"a,b\"`",
        "application/xml, <a/>, \"<a/>\"",
        "``, [1], [1]",
        "``, [1, \"[1\"",
        "application/octet-stream, ``, null",
      })
  void aBodyIsReadByItsType(String type, String body, String json) throws Exception {
    assertThat(Content.of(answer(type, Buffer.buffer(body)))).hasToString(json);
  }

  @Test
  void aByteOrderMarkIsNoPartOfTheText() throws Exception {
    assertThat(Content.of(answer("application/json", Buffer.buffer("\uFEFF{}")))).hasToString("{}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"a\":", "{} {}", "", "nul"})
  void malformedJsonIsSaid(String body) throws Exception {
    var answer = answer("application/json", Buffer.buffer(" " + body));
    assertThatThrownBy(() -> Content.of(answer))
        .hasMessageStartingWith("answered with malformed JSON: ");
  }

  @Test
  void invalidUtf8IsSaid() {
    var bytes = Buffer.buffer(new byte[] {'"', (byte) 0xC3, '"'});
    assertThatThrownBy(() -> Content.of(answer("application/json", bytes)))
        .hasMessage("answered with malformed JSON that is not valid UTF-8");
    assertThatThrownBy(() -> Content.of(answer("text/plain", bytes)))
        .hasMessage("answered with text that is not valid UTF-8");
  }

  @Test
  void whatCanNotBeReadIsSaid() {
    var body = Buffer.buffer("x");
    assertThatThrownBy(() -> Content.of(answer("image/png", body)))
        .hasMessageContaining("image/png, which is binary");
    assertThatThrownBy(() -> Content.of(answer("text/plain; charset=\"ISO-8859-1\"", body)))
        .hasMessageContaining("charset iso-8859-1");
    assertThatThrownBy(
            () -> Content.of(new Answer(200, "text/plain", "gzip", null, body, false, 1)))
        .hasMessageContaining("Content-Encoding gzip");
  }

  @Test
  void excerptsAreShort() {
    var cut = new Answer(500, "application/json", null, null, Buffer.buffer("{\"a\":"), true, -1);
    assertThat(Content.excerpt(cut)).hasToString("\"{\\\"a\\\":\"");
    String text = Content.excerpt(answer("text/html", Buffer.buffer("x".repeat(5000)))).asText();
    assertThat(text).hasSize(2001).endsWith("…");
    assertThat(Content.excerpt(answer("image/png", Buffer.buffer("x")))).hasToString("null");
    assertThat(Content.excerpt(answer("application/json", Buffer.buffer("oops"))))
        .hasToString("\"oops\"");
  }

  private static Answer answer(@Nullable String type, Buffer body) {
    String header = type == null || type.isEmpty() ? null : type;
    return new Answer(200, header, null, null, body, false, body.length());
  }
}
