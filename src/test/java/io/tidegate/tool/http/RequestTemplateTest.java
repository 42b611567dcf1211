package io.tidegate.tool.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidegate.conversation.Json;
import io.tidegate.run.Secret;
import io.tidegate.tool.json.JsonText;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RequestTemplateTest {
  private static final String URL = "http://tool/items/{id}";

  @Test
  void argumentsThatTheUrlDoesNotUseAreTheBody() throws Exception {
    var template = new RequestTemplate("POST", URL, Map.of("v", "{v}"), Map.of(), null);
    Request request = fill(template, "{\"big\":12345678901234567890.10,\"id\":\"a\",\"v\":1}");
    assertThat(request.uri()).isEqualTo("/items/a?v=1");
    assertThat(body(request)).isEqualTo("{\"big\":12345678901234567890.10}");
  }

  @Test
  void getSendsNoBody() throws Exception {
    var template = new RequestTemplate("GET", URL, Map.of(), Map.of(), null);
    assertThat(fill(template, "{\"id\":1,\"x\":2}").body()).isNull();
  }

  @Test
  void queryParametersAreLeftOutRepeatedOrSentAsJson() throws Exception {
    var query = Map.of("a", "{a}", "b", "{b}", "c", "c {c}&", "d", "{d}", "e", "x{e}", "f", "1");
    var template = new RequestTemplate("GET", "http://t/", query, Map.of(), null);
    assertThat(fill(template, "{\"a\":[\"x&y\",2],\"b\":{\"k\":1},\"c\":\"é\",\"d\":null}").uri())
        .isEqualTo("/?a=x%26y&a=2&b=%7B%22k%22%3A1%7D&c=c%20%C3%A9%26&f=1");
  }

  @Test
  void bodyTemplateKeepsTypesAndDropsWhatIsAbsent() throws Exception {
    String body =
        """
        {"amount":"{amount}","note":"for {who}: {amount}","tags":["{tag}","x"],"gone":"{gone}",
         "nested":{"list":"{list}"},"literal":"{ no }","n":1}\
        """;
    var template = new RequestTemplate("POST", "http://t/", Map.of(), Map.of(), body);
    assertThat(body(fill(template, "{\"amount\":1.10,\"who\":\"a\\\"b\",\"list\":[1]}")))
        .isEqualTo(
            """
            {"amount":1.10,"note":"for a\\"b: 1.1","tags":["x"],\
            "nested":{"list":[1]},"literal":"{ no }","n":1}\
            """);
  }

  @Test
  void headersTakeArgumentsButNoLineBreaks() throws Exception {
    var headers = Map.of("X-Account", new Secret("acc {a}"), "X-Key", new Secret("k{}"));
    var template = new RequestTemplate("GET", "http://t/", Map.of(), headers, null);
    assertThat(fill(template, "{\"a\":7}").configured())
        .isEqualTo(Map.of("X-Account", "acc 7", "X-Key", "k{}"));
    assertThat(fill(template, "{}").configured()).isEqualTo(Map.of("X-Key", "k{}"));
    assertThatThrownBy(() -> fill(template, "{\"a\":\"x\\r\\nEvil: 1\"}"))
        .isInstanceOf(BadArgument.class)
        .hasMessageContaining("without line breaks");
    assertThatThrownBy(() -> fill(template, "{\"a\":\"é\"}")).isInstanceOf(BadArgument.class);
  }

  @Test
  void configuredHeadersAreCheckedWithoutShowingThem() {
    assertThatThrownBy(() -> withHeader("X-Key", "s3cret\r\nX: y"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("X-Key")
        .hasMessageNotContaining("s3cret");
    assertThatThrownBy(() -> withHeader("Bad Name", "x")).hasMessageContaining("Bad Name");
    for (String name : Set.of("Content-Length", "idempotency-key", "Tidegate-Run", "Host")) {
      assertThatThrownBy(() -> withHeader(name, "x")).hasMessageContaining("set by the gateway");
    }
  }

  @Test
  void namesThatTheInputLacksAreRefused() {
    var template = new RequestTemplate("POST", URL, Map.of("v", "{v}"), Map.of(), "[\"{b}\"]");
    template.requireNames(Set.of("id", "v", "b"));
    assertThatThrownBy(() -> template.requireNames(Set.of("v", "b"))).hasMessageContaining("'id'");
    assertThatThrownBy(() -> template.requireNames(Set.of("id", "b"))).hasMessageContaining("'v'");
    assertThatThrownBy(() -> template.requireNames(Set.of("id", "v"))).hasMessageContaining("'b'");
    assertThatThrownBy(() -> withHeader("X", "{secret}").requireNames(Set.of()))
        .hasMessageContaining("a header")
        .hasMessageNotContaining("secret");
  }

  @Test
  void methodsAndBodiesAreChecked() {
    for (String method : Set.of("get", "G T", "", "CONNECT")) {
      assertThatThrownBy(() -> new RequestTemplate(method, URL, Map.of(), Map.of(), null))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> new RequestTemplate("POST", URL, Map.of(), Map.of(), "{x}"))
        .hasMessageContaining("the body is not valid JSON");
  }

  private static RequestTemplate withHeader(String name, String value) {
    return new RequestTemplate("GET", "http://t/", Map.of(), Map.of(name, new Secret(value)), null);
  }

  private static Request fill(RequestTemplate template, String args) throws BadArgument {
    JsonNode tree = JsonText.tree(new Json(args));
    return template.fill(tree, Map.of());
  }

  private static @Nullable String body(Request request) {
    return request.body() == null ? null : request.body().toString();
  }
}
