package io.tidegate.meter;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.tidegate.conversation.Usage;
import io.tidegate.loop.Entry;
import io.tidegate.loop.Event;
import io.tidegate.loop.Pin;
import io.tidegate.loop.RunState;
import io.tidegate.loop.Stop;
import io.tidegate.run.RunListener;
import io.tidegate.run.SessionId;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * Counts what runs do. Names follow the OpenTelemetry semantic conventions for generative AI where
 * those have one, and begin with {@code tidegate} elsewhere. Every label's values come from the
 * configuration or from an enum, so that no client or model can make new series.
 */
public final class RunMeters implements RunListener {
  static final String SAVED = "tidegate.cache.saved.usd";
  static final String SAVED_MEANS = "What models would have cost more without the cache, in USD";

  /** Prices are in billionths of a dollar for a million tokens. */
  private static final double NANOS_OF_A_MILLION = 1e15;

  private final MeterRegistry registry;
  private final AgentMeters agents;
  private final ToolMeters tools;
  private final TargetMeters targets;
  private final DistributionSummary waveWidth;
  private final DistributionSummary usedOfLimit;
  private final Counter saved;
  private final Counter eagerSaved;
  private final Counter leaseLosses;
  private final Counter sessionsLost;
  private final Counter takeovers;
  private final Timer appendTime;
  private final Known<Wait, Timer> waits;
  private final CurrentSpan span;
  private final EagerWatch eager = new EagerWatch();

  /**
   * @param providers gives the name that OpenTelemetry's conventions have for a configured provider
   * @param span what is counted belongs to, while it is counted
   */
  public RunMeters(MeterRegistry registry, UnaryOperator<String> providers, CurrentSpan span) {
    this.registry = registry;
    this.span = span;
    var make = new Families(registry);
    agents = new AgentMeters(registry);
    tools = new ToolMeters(registry);
    targets = new TargetMeters(registry, providers);
    waits =
        byWait(
            make.timer(
                "tidegate.wait.duration",
                "How long runs and calls waited, by what for",
                Buckets.WAIT));
    waveWidth =
        DistributionSummary.builder("tidegate.wave.width")
            .description("Tool calls that one wave of a reply holds")
            .serviceLevelObjectives(Buckets.WIDTH)
            .register(registry);
    usedOfLimit =
        DistributionSummary.builder("tidegate.run.limit.used.ratio")
            .description("What runs that ended had used of the cost that they were limited to")
            .serviceLevelObjectives(Buckets.SHARE)
            .register(registry);
    saved = make.counter(SAVED, SAVED_MEANS).withTags("cache", "prompt");
    eagerSaved =
        make.only(
            "tidegate.eager.saved.seconds",
            "Tool time that passed while replies were still streaming");
    leaseLosses = make.only("tidegate.lease.losses", "How often others took this process for dead");
    sessionsLost =
        make.only(
            "tidegate.lease.lost.sessions",
            "Sessions that this process was driving when others took it for dead");
    takeovers = make.only("tidegate.takeovers", "Sessions taken over from processes that died");
    appendTime =
        make.timer(
                "tidegate.journal.append",
                "Appends to the journal, from sending to the answer",
                Buckets.APPEND)
            .withTags();
  }

  private static Known<Wait, Timer> byWait(MeterProvider<Timer> family) {
    return new Known<>(what -> family.withTags("for", what.name().toLowerCase(Locale.ROOT)));
  }

  /** Shows how many runs are under way. */
  public void showActive(Supplier<Number> active) {
    Gauge.builder("tidegate.runs.active", active)
        .description("Runs under way in this process")
        .register(registry);
  }

  /**
   * Shows how many sessions wait for a process. All processes share that queue, so each shows the
   * same number.
   */
  public void showQueued(Supplier<Number> queued) {
    Gauge.builder("tidegate.queue.depth", queued)
        .description("Sessions that wait for a process, whichever has room first")
        .register(registry);
  }

  @Override
  public void recorded(SessionId session, List<Entry> entries, RunState state) {
    var pin = state.pin();
    if (pin == null) {
      return;
    }
    boolean traced = span.enter(state.trace());
    try {
      for (var entry : entries) {
        count(pin, entry, entries, state);
        eagerSaved.increment(eager.recorded(session, entry));
      }
    } finally {
      span.leave(traced);
    }
  }

  private void count(Pin pin, Entry entry, List<Entry> moment, RunState state) {
    switch (entry.event()) {
      case Event.Replied replied -> {
        agents.of(pin.agent()).replied();
        Waves.widths(replied, moment).forEach(waveWidth::record);
      }
      case Event.CallReturned returned -> {
        boolean known = offers(pin, returned.tool());
        tools.returned(known ? returned.tool() : ToolMeters.UNKNOWN, returned);
      }
      case Event.FellBack fell -> agents.of(fell.from()).fellBack(fell.used().after());
      case Event.Suspended(var stop) -> agents.of(pin.agent()).suspended(stop);
      case Event.Stopped(var stop) -> stopped(pin, stop, state);
      default -> {}
    }
  }

  private static boolean offers(Pin pin, String tool) {
    for (var contract : pin.tools()) {
      if (contract.name().equals(tool)) {
        return true;
      }
    }
    return false;
  }

  private void stopped(Pin pin, Stop stop, RunState state) {
    agents.of(pin.agent()).stopped(stop);
    var limit = state.limits().cost();
    if (limit != null && limit.nanos() > 0) {
      usedOfLimit.record((double) stop.cost().nanos() / limit.nanos());
    }
  }

  @Override
  public void modelAnswered(Answered answered) {
    boolean traced = span.enter(answered.trace());
    try {
      targets.answered(answered);
      var usage = answered.usage();
      if (usage != null) {
        agents.of(answered.pin().agent()).used(answered.target(), usage);
        countSaved(answered.target(), usage);
      }
    } finally {
      span.leave(traced);
    }
  }

  /**
   * Writing to a provider's cache may cost more than it has saved so far: that is no saving yet.
   */
  private void countSaved(Pin.Target target, Usage usage) {
    var price = target.price();
    long input = price.input().nanos();
    double saved =
        (double) usage.cachedInput() * (input - price.cachedInput().nanos())
            + (double) usage.cacheWrites() * (input - price.cacheWrite().nanos());
    this.saved.increment(Math.max(0, saved) / NANOS_OF_A_MILLION);
  }

  @Override
  public void waited(Wait what, long ms) {
    waits.of(what).record(Math.max(0, ms), TimeUnit.MILLISECONDS);
  }

  @Override
  public void leaseLost(int sessions) {
    leaseLosses.increment();
    sessionsLost.increment(sessions);
    eager.forget();
  }

  @Override
  public void takenOver(int sessions) {
    takeovers.increment(sessions);
  }

  @Override
  public void appended(int entries, long nanos) {
    appendTime.record(nanos, TimeUnit.NANOSECONDS);
  }
}
