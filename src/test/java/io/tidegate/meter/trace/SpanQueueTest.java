package io.tidegate.meter.trace;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.tidegate.loop.Trace;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class SpanQueueTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final List<SpanData> exported = new CopyOnWriteArrayList<>();
  private final SpanExporter exporter =
      new SpanExporter() {
        @Override
        public CompletableResultCode export(Collection<SpanData> spans) {
          exported.addAll(spans);
          return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode flush() {
          return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode shutdown() {
          return CompletableResultCode.ofSuccess();
        }
      };

  private static SpanData span() {
    var place =
        new Trace("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7", true, "", null, 0);
    return new FinishedSpan(
        Resource.empty(), place, "span", SpanKind.INTERNAL, 0, 1, null, Attributes.empty());
  }

  private double count(String outcome) {
    return registry.get("tidegate.trace.spans").tag("outcome", outcome).counter().count();
  }

  @Test
  void whatFindsNoRoomIsDroppedAndCounted() {
    var queue = new SpanQueue(exporter, registry);
    for (int i = 0; i < SpanQueue.LONGEST + 10; i++) {
      queue.add(span());
    }
    assertThat(count("dropped")).isEqualTo(10);
    assertThat(exported).isEmpty();
  }

  @Test
  void whatIsLeftIsSentWhenItCloses() {
    var queue = new SpanQueue(exporter, registry);
    for (int i = 0; i < 2_000; i++) {
      queue.add(span());
    }
    queue.start().close();
    assertThat(exported).hasSize(2_000);
    assertThat(count("sent")).isEqualTo(2_000);
  }
}
