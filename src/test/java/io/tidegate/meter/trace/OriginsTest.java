package io.tidegate.meter.trace;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.run.Tracing.Caller;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OriginsTest {
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String SPAN = "00f067aa0ba902b7";
  private final Random random = new Random(1);
  private final Origins all = new Origins(1, random::nextLong);
  private final Origins none = new Origins(0, random::nextLong);

  @Test
  void clientsTraceGoesOn() {
    var trace = none.begin(new Caller("00-" + TRACE + "-" + SPAN + "-01", "a=b, c=d"), 7);
    assertThat(trace.id()).isEqualTo(TRACE);
    assertThat(trace.parent()).isEqualTo(SPAN);
    assertThat(trace.span()).matches("[0-9a-f]{16}").isNotEqualTo(SPAN);
    assertThat(trace.sampled()).isTrue();
    assertThat(trace.vendors()).isEqualTo("a=b, c=d");
    assertThat(trace.since()).isEqualTo(7);
    assertThat(trace.traceparent()).isEqualTo("00-" + TRACE + "-" + trace.span() + "-01");
  }

  @Test
  void clientThatDoesNotKeepItIsObeyed() {
    var trace = all.begin(new Caller("00-" + TRACE + "-" + SPAN + "-00", ""), 7);
    assertThat(trace.id()).isEqualTo(TRACE);
    assertThat(trace.sampled()).isFalse();
    assertThat(trace.question(1, 1)).isEqualTo(trace);
  }

  @Test
  void laterVersionMaySayMore() {
    assertThat(all.begin(new Caller("01-" + TRACE + "-" + SPAN + "-01-more", ""), 0).id())
        .isEqualTo(TRACE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00",
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01"
      })
  void whatIsNoParentBeginsATraceOfItsOwn(String parent) {
    var trace = all.begin(new Caller(parent, "a=b"), 0);
    assertThat(trace.id()).matches("[0-9a-f]{32}").isNotEqualTo(TRACE);
    assertThat(trace.parent()).isNull();
    assertThat(trace.vendors()).isEmpty();
  }

  @Test
  void vendorsThatAreNoListAreNotCarriedOn() {
    var parent = "00-" + TRACE + "-" + SPAN + "-01";
    assertThat(all.begin(new Caller(parent, "a=\r\nb"), 0).vendors()).isEmpty();
    assertThat(all.begin(new Caller(parent, "a=" + "b".repeat(600)), 0).vendors()).isEmpty();
  }

  @Test
  void aShareOfNewTracesIsKept() {
    var some = new Origins(0.1, random::nextLong);
    int kept = 0;
    for (int i = 0; i < 10_000; i++) {
      kept += some.begin(null, 0).sampled() ? 1 : 0;
    }
    assertThat(kept).isBetween(800, 1_200);
    assertThat(all.begin(null, 0).sampled()).isTrue();
    assertThat(none.begin(null, 0).sampled()).isFalse();
  }
}
