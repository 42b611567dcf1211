package io.tidegate.meter;

import static io.tidegate.meter.Allocations.bytesEach;
import static io.tidegate.meter.Runs.SESSION;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tidegate.conversation.Usd;
import io.tidegate.loop.Event;
import io.tidegate.loop.FailureClass;
import io.tidegate.loop.RunState;
import io.tidegate.loop.Trace;
import io.tidegate.meter.trace.TraceSettings;
import io.tidegate.meter.trace.Traces;
import io.tidegate.run.Ids;
import io.tidegate.run.RunListener;
import io.tidegate.run.RunListener.Delta;
import io.tidegate.run.Tracing.Caller;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whoever counts makes nothing that the collector would have to take away again. */
class AllocationTest {
  /**
   * An iterator or two, where nothing is compiled yet: labels and their lookup would be some
   * hundreds.
   */
  private static final double LITTLE = 100;

  /** What the virtual machine itself makes now and then, spread over all events. */
  private static final double NOTHING = 1;

  private static final RunState UNTRACED = Runs.begun(Usd.parse("2"), null);
  private static final Delta DELTA = new Delta(false, "r", 1, 1, 1, 0, "word ");

  private final CurrentSpan span = new CurrentSpan();
  private final PrometheusMeterRegistry registry = Exposition.registry(span);
  private final RunMeters meters = new RunMeters(registry, provider -> provider, span);

  private static double recorded(RunListener listener, Event event, RunState state) {
    var entries = List.of(Runs.entry(event));
    return bytesEach(() -> listener.recorded(SESSION, entries, state));
  }

  @Test
  void tracesThatAreOffCostNothing() {
    try (var traces = off()) {
      var caller =
          new Caller("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "vendor=1");
      assertThat(bytesEach(() -> traces.origins().begin(caller, 1_000))).isLessThan(NOTHING);
      var answered = Runs.answered(Runs.ONE, null);
      assertThat(bytesEach(() -> traces.listener().modelAnswered(answered))).isLessThan(NOTHING);
      assertThat(bytesEach(() -> traces.listener().delta(SESSION, DELTA))).isLessThan(NOTHING);
      assertThat(recorded(traces.listener(), Runs.replied(), UNTRACED)).isLessThan(NOTHING);
      assertThat(recorded(traces.listener(), Runs.returned("look", null), UNTRACED))
          .isLessThan(NOTHING);
    }
  }

  private Traces off() {
    return Traces.start(TraceSettings.OFF, provider -> provider, () -> 1, new Unasked(), registry);
  }

  /** Who names nothing, as nothing is traced. */
  private static final class Unasked implements Ids {
    @Override
    public String session() {
      throw new AssertionError();
    }

    @Override
    public String run() {
      throw new AssertionError();
    }

    @Override
    public int tag() {
      throw new AssertionError();
    }

    @Override
    public double fraction() {
      throw new AssertionError();
    }
  }

  @Test
  void countingARunThatIsInNoTraceCostsNoMoreThanCounting() {
    var traced =
        Runs.begun(
            Usd.parse("2"),
            new Trace("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7", false, "", null, 0));
    double without = recorded(meters, Runs.replied(), UNTRACED);
    double unsampled = recorded(meters, Runs.replied(), traced);
    assertThat(unsampled - without).isLessThan(NOTHING);
  }

  @Test
  void countingMakesNoLabels() {
    assertThat(bytesEach(() -> meters.delta(SESSION, DELTA))).isLessThan(NOTHING);
    assertThat(recorded(meters, Runs.returned("look", null), UNTRACED)).isLessThan(LITTLE);
    assertThat(recorded(meters, Runs.returned("look", FailureClass.TRANSPORT), UNTRACED))
        .isLessThan(LITTLE);
    assertThat(recorded(meters, Runs.stopped(Usd.ZERO), UNTRACED)).isLessThan(LITTLE);
    assertThat(recorded(meters, new Event.Resumed(1), UNTRACED)).isLessThan(LITTLE);
    var answered = Runs.answered(Runs.TWO, null);
    assertThat(bytesEach(() -> meters.modelAnswered(answered))).isLessThan(LITTLE);
  }
}
