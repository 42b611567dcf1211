package io.tidegate.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SseTest {

  @Test
  void durableEventsHaveAnId() {
    var event = new PublicEvent("run.started", 12, Buffer.buffer("{\"seq\":12}"));
    assertThat(encoded(event).toString())
        .isEqualTo("id: 1-12\nevent: run.started\ndata: {\"seq\":12}\n\n");
  }

  @Test
  void deltasHaveNoIdSoThatTheLastOneStays() {
    var event = new PublicEvent("text.delta", 0, Buffer.buffer("{}"));
    assertThat(encoded(event).toString()).isEqualTo("event: text.delta\ndata: {}\n\n");
  }

  @Test
  void encodingLeavesTheEventAsItIsForOtherClients() {
    var event = new PublicEvent("text.delta", 0, Buffer.buffer("{}"));
    assertThat(encoded(event)).isEqualTo(encoded(event));
  }

  @Test
  void framesStayBelowTheirBound() {
    var event = new PublicEvent("approval.requested", Long.MAX_VALUE, Buffer.buffer("{}"));
    var out = Buffer.buffer();
    Sse.append(event, Long.MAX_VALUE, out);
    assertThat(out.length()).isLessThanOrEqualTo(event.json().length() + Sse.FRAME_BYTES);
  }

  private static Buffer encoded(PublicEvent event) {
    var out = Buffer.buffer();
    Sse.append(event, 1, out);
    return out;
  }

  @Test
  void retryAndKeepAliveAreNoEvents() {
    assertThat(Sse.retry(2000).toString()).isEqualTo("retry: 2000\n\n");
    assertThat(Sse.keepAlive().toString()).isEqualTo(":\n\n");
  }

  @Test
  void idsAreReadBack() {
    assertThat(Sse.parseLastEventId(" 3-120 ")).contains(new Sse.Position(3, 120));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "12", "-", "1-", "a-b", "1--2", "1-99999999999999999999", "1-2-3"})
  void idsOfOthersAreNone(String header) {
    assertThat(Sse.parseLastEventId(header)).isEmpty();
  }

  @Test
  void noHeaderIsNoPlace() {
    assertThat(Sse.parseLastEventId(null)).isEmpty();
  }
}
