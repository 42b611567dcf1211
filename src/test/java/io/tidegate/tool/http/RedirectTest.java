package io.tidegate.tool.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.buffer.Buffer;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedirectTest {
  private static final Request POST = post(false);

  @Test
  void theSameOriginKeepsHeaders() throws Exception {
    Request next = Redirect.next(POST, 307, "../b?c=d");
    assertThat(next)
        .returns("/b?c=d", Request::uri)
        .returns("POST", Request::method)
        .returns(POST.body(), Request::body)
        .returns(POST.configured(), Request::configured)
        .returns(POST.own(), Request::own);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"http://other:81/", "//evil.com:81/", "http://tool:82/", "https://tool:81/"})
  void anotherOriginGetsNoHeaders(String location) throws Exception {
    Request next = Redirect.next(POST, 308, location);
    assertThat(next.configured()).isEmpty();
    assertThat(next.own()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303})
  void aPostBecomesAGet(int status) throws Exception {
    Request next = Redirect.next(POST, status, "/done");
    assertThat(next.method()).isEqualTo("GET");
    assertThat(next.body()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"ftp://tool/x", "file:///etc/passwd", "http://u:p@tool/", "http:///x", "%"})
  void strangeLocationsAreRefused(String location) {
    assertThatThrownBy(() -> Redirect.next(POST, 302, location)).isInstanceOf(BadRedirect.class);
  }

  @Test
  void aMissingLocationAndADowngradeAreRefused() {
    assertThatThrownBy(() -> next(null)).hasMessage("it named no Location");
    assertThatThrownBy(() -> Redirect.next(post(true), 302, "http://tool:81/"))
        .hasMessage("it leads from https to http");
  }

  private static Request next(@Nullable String location) throws BadRedirect {
    return Redirect.next(POST, 302, location);
  }

  private static Request post(boolean ssl) {
    return new Request(
        "POST",
        ssl,
        "tool",
        81,
        "/a/x",
        Map.of("Authorization", "secret"),
        Map.of("Tidegate-Run", "r"),
        Buffer.buffer("{}"));
  }
}
