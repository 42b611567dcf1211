package io.tidegate.tool.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tidegate.conversation.Json;
import io.tidegate.tool.json.JsonText;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UrlTemplateTest {

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "../admin, ..%2Fadmin",
        "@evil.com, %40evil.com",
        "//evil.com/, %2F%2Fevil.com%2F",
        "%2e%2e, %252e%252e",
        "%2e%2e%2fadmin, %252e%252e%252fadmin",
        "a?b=c#d, a%3Fb%3Dc%23d",
        "a\\b, a%5Cb",
        "a;b, a%3Bb",
        "a b+c, a%20b%2Bc",
        "{id}, %7Bid%7D",
        "é€😀, %C3%A9%E2%82%AC%F0%9F%98%80",
        "..., ...",
        "a-b_c.d~e, a-b_c.d~e",
      })
  void anArgumentIsDataWithinOneSegment(String text, String encoded) throws Exception {
    String filled = UrlTemplate.of("http://tool:81/items/{id}/lines").fill(args("id", text));
    assertThat(filled).isEqualTo("/items/" + encoded + "/lines");
    assertThat(URI.create("http://tool:81" + filled).normalize().getRawPath()).isEqualTo(filled);
  }

  @Test
  void lineBreaksCanNotEndTheRequestLine() throws Exception {
    assertThat(UrlTemplate.of("http://t/{id}").fill(args("id", "1 HTTP/1.1\r\nX: y")))
        .isEqualTo("/1%20HTTP%2F1.1%0D%0AX%3A%20y");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", ".."})
  void dotSegmentsAndEmptyOnesAreRefused(String text) {
    assertThatThrownBy(() -> UrlTemplate.of("http://t/items/{id}").fill(args("id", text)))
        .isInstanceOf(BadArgument.class)
        .hasMessageContaining("'id' must not be empty, '.' or '..'");
  }

  @Test
  void dotsThatMakeADotSegmentTogetherWithTheTemplateAreRefused() {
    assertThatThrownBy(() -> UrlTemplate.of("http://t/.{id}/x").fill(args("id", ".")))
        .isInstanceOf(BadArgument.class);
    assertThatThrownBy(() -> UrlTemplate.of("http://t/%2E{id}/x").fill(args("id", ".")))
        .isInstanceOf(BadArgument.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{url}",
        "{scheme}://host/x",
        "http://{host}/x",
        "http://host:{port}/x",
        "http://{user}@host/x",
        "http://user:password@host/x",
        "http://host.{domain}",
        "ftp://host/x",
        "http:///x",
        "http://host/x#{fragment}",
        "http://host/a/../b",
        "http://host/a/%2e%2E/b",
        "http://host/a b",
        "http://host/{not closed",
        "http://host:99999/",
        "host/x",
      })
  void argumentsReachNothingBeforeThePath(String url) {
    assertThatThrownBy(() -> UrlTemplate.of(url)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theOriginIsFixed() {
    assertThat(UrlTemplate.of("https://tool.example/x/{a}"))
        .returns(true, UrlTemplate::ssl)
        .returns("tool.example", UrlTemplate::host)
        .returns(443, UrlTemplate::port);
    assertThat(UrlTemplate.of("http://tool:8081")).returns(8081, UrlTemplate::port);
  }

  @Test
  void theQueryOfTheUrlTakesArgumentsToo() throws Exception {
    assertThat(UrlTemplate.of("http://t/find?v=1&q={q}").fill(args("q", "a&b=c d")))
        .isEqualTo("/find?v=1&q=a%26b%3Dc%20d");
    assertThat(UrlTemplate.of("http://t").fill(args("q", ""))).isEqualTo("/");
  }

  @Test
  void numbersAndBooleansStandAsTheyAreWritten() throws Exception {
    UrlTemplate url = UrlTemplate.of("http://t/{a}/{b}");
    assertThat(url.fill(json("{\"a\":12345678901234567890123,\"b\":true}")))
        .isEqualTo("/12345678901234567890123/true");
  }

  @Test
  void absentArgumentsAndObjectsAreRefused() {
    UrlTemplate url = UrlTemplate.of("http://t/{a}");
    assertThatThrownBy(() -> url.fill(json("{}")))
        .hasMessageContaining("'a' is needed for the tool's URL");
    assertThatThrownBy(() -> url.fill(json("{\"a\":null}"))).isInstanceOf(BadArgument.class);
    assertThatThrownBy(() -> url.fill(json("{\"a\":{}}")))
        .hasMessageContaining("'a' must be a string, a number or a boolean; it was an object");
  }

  private static JsonNode args(String name, String text) {
    return JsonNodeFactory.instance.objectNode().put(name, text);
  }

  private static JsonNode json(String text) {
    return JsonText.tree(new Json(text));
  }
}
