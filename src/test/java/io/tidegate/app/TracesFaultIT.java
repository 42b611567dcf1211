package io.tidegate.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.app.Collector.Seen;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** A trace outlives the process that began it. */
class TracesFaultIT {
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String SPAN = "00f067aa0ba902b7";

  @Test
  void runThatIsTakenUpAfterAKillGoesOnInItsTrace() {
    try (var collector = Collector.start();
        var site =
            Site.prepared(
                Map.of("gateway.yaml", "tracing: {endpoint: \"" + collector.url() + "\"}\n"))) {
      site.start();
      var script =
          Script.calls(
                  Script.call("look", "{\"id\": \"quick\"}"),
                  Script.call("look", "{\"id\": \"slow\", \"ms\": 60000}"))
              .then("Done.");
      site.client()
          .post(
              "/v1/runs",
              script.by("worker", "\"background\": true"),
              "traceparent",
              "00-" + TRACE + "-" + SPAN + "-01");
      Site.until("both are asked", () -> site.tools().uses().size() == 2);
      Site.until("its first spans are there", () -> !collector.of(TRACE).isEmpty());
      site.killAndStart();
      var spans = collector.whole(TRACE);

      var run = named(spans, "invoke_agent").getFirst();
      assertThat(named(spans, "invoke_agent")).hasSize(1);
      assertThat(run.parent()).isEqualTo(SPAN);
      assertThat(named(spans, "chat")).hasSizeGreaterThanOrEqualTo(2);
      assertThat(named(spans, "execute_tool"))
          .extracting(it -> it.get("tidegate.attempt"))
          .contains("1", "2");
      var ids = spans.stream().map(Seen::id).collect(Collectors.toSet());
      assertThat(ids).hasSameSizeAs(spans);
      assertThat(spans).allMatch(it -> it.parent().equals(SPAN) || ids.contains(it.parent()));
      assertThat(spans.stream().map(Seen::resource).distinct()).hasSize(2);
    }
  }

  private static List<Seen> named(List<Seen> spans, String operation) {
    return spans.stream().filter(it -> it.name().startsWith(operation + " ")).toList();
  }
}
