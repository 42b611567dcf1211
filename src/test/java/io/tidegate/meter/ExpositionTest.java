package io.tidegate.meter;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.conversation.Usd;
import io.tidegate.loop.Trace;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ExpositionTest {
  /** Where OpenMetrics 1.0 allows an exemplar. */
  private static final Pattern ALLOWED = Pattern.compile("\\w+(_bucket\\{|_total[{ ]).*");

  private final CurrentSpan span = new CurrentSpan();
  private final Trace trace =
      new Trace("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7", true, "", null, 0);

  private List<String> shown(@Nullable String accept) {
    var registry = Exposition.registry(span);
    var meters = new RunMeters(registry, provider -> provider, span);
    meters.modelAnswered(Runs.answered(Runs.ONE, trace));
    meters.recorded(
        Runs.SESSION,
        List.of(Runs.entry(Runs.returned("look", null)), Runs.entry(Runs.stopped(Usd.ZERO))),
        Runs.begun(Usd.parse("2"), trace));
    return registry.scrape(Exposition.type(accept)).lines().toList();
  }

  /** Prometheus would take nothing of a page that has one elsewhere. */
  @Test
  void exemplarsStandWhereOpenMetricsAllowsThem() {
    var exemplars =
        shown("application/openmetrics-text").stream().filter(line -> line.contains(" # {"));
    assertThat(exemplars)
        .isNotEmpty()
        .allMatch(line -> ALLOWED.matcher(line).matches())
        .anyMatch(line -> line.startsWith("gen_ai_execute_tool_duration_seconds_bucket"));
  }

  @Test
  void whoDoesNotKnowThemGetsNone() {
    assertThat(shown(null)).noneMatch(line -> line.contains("trace_id"));
  }
}
