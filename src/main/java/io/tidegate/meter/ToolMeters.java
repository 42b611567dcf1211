package io.tidegate.meter;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.tidegate.loop.Event.CallReturned;
import io.tidegate.loop.FailureClass;
import io.tidegate.loop.Outcome;
import java.util.concurrent.TimeUnit;

/** What is counted by tool. */
final class ToolMeters {
  /** What is counted of all names that models made up. */
  static final String UNKNOWN = "unknown";

  /** How calls end besides their outcomes. */
  private static final String LATE = "late";

  private static final String REFUSED = "refused";

  private final MeterProvider<Counter> calls;
  private final MeterProvider<Counter> failures;
  private final MeterProvider<Timer> time;
  private final Known<String, Of> byName = new Known<>(Of::new);

  ToolMeters(MeterRegistry registry) {
    var make = new Families(registry);
    calls = make.counter("tidegate.tool.calls", "Tool calls by outcome");
    failures = make.counter("tidegate.tool.failures", "Tool calls without a good result, by class");
    time = make.timer("gen_ai.execute_tool.duration", "Tool calls that were sent", Buckets.TOOL);
  }

  /** A call of that tool has its result. */
  void returned(String tool, CallReturned returned) {
    byName.of(tool).returned(returned);
  }

  /** Those of one tool. */
  private final class Of {
    private final Known<Outcome, Counter> calls;
    private final Known<String, Counter> others;
    private final Known<FailureClass, Counter> failures;
    private final Known<Outcome, Timer> time;

    Of(String tool) {
      var tags = Tags.of("gen_ai.tool.name", tool);
      calls = new Known<>(how -> ToolMeters.this.calls.withTags(tags.and("outcome", how.wire())));
      others = new Known<>(how -> ToolMeters.this.calls.withTags(tags.and("outcome", how)));
      failures =
          new Known<>(why -> ToolMeters.this.failures.withTags(tags.and("class", why.wire())));
      time =
          new Known<>(
              outcome ->
                  ToolMeters.this.time.withTags(
                      tags.and(
                          "gen_ai.operation.name",
                          "execute_tool",
                          "error.type",
                          outcome == Outcome.SUCCEEDED ? "" : outcome.wire())));
    }

    void returned(CallReturned returned) {
      ending(returned).increment();
      var failure = returned.failure();
      if (failure != null) {
        failures.of(failure).increment();
      }
      if (returned.tries() > 0) {
        time.of(returned.outcome()).record(returned.ms(), TimeUnit.MILLISECONDS);
      }
    }

    /** A call that was refused before it was sent says nothing about its tool. */
    private Counter ending(CallReturned returned) {
      if (returned.late()) {
        return others.of(LATE);
      }
      boolean refused = returned.outcome() == Outcome.FAILED && returned.attempt() == 0;
      return refused ? others.of(REFUSED) : calls.of(returned.outcome());
    }
  }
}
