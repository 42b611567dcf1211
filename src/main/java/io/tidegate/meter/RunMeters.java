package io.tidegate.meter;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.tidegate.conversation.ModelFailure;
import io.tidegate.conversation.Usage;
import io.tidegate.loop.Entry;
import io.tidegate.loop.Event;
import io.tidegate.loop.Outcome;
import io.tidegate.loop.Pin;
import io.tidegate.loop.RunState;
import io.tidegate.loop.Stop;
import io.tidegate.loop.Trace;
import io.tidegate.run.RunListener;
import io.tidegate.run.SessionId;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Counts what runs do. Names follow the OpenTelemetry semantic conventions for generative AI where
 * those have one, and begin with {@code tidegate} elsewhere. Every label's values come from the
 * configuration or from an enum, so that no client or model can make new series.
 */
public final class RunMeters implements RunListener {
  static final String SAVED = "tidegate.cache.saved.usd";
  static final String SAVED_MEANS = "What models would have cost more without the cache, in USD";

  private final MeterRegistry registry;
  private final MeterProvider<Counter> runs;
  private final MeterProvider<Counter> suspensions;
  private final MeterProvider<Counter> steps;
  private final MeterProvider<Counter> tokens;
  private final MeterProvider<Counter> saved;
  private final MeterProvider<Counter> toolCalls;
  private final MeterProvider<Counter> toolFailures;
  private final MeterProvider<Counter> fallbacks;
  private final MeterProvider<Timer> toolTime;
  private final MeterProvider<Timer> runTime;
  private final MeterProvider<Timer> modelTime;
  private final MeterProvider<Timer> firstChunk;
  private final DistributionSummary waveWidth;
  private final Counter eagerSaved;
  private final Counter leaseLosses;
  private final Counter sessionsLost;
  private final Counter takeovers;
  private final Timer appendTime;
  private final MeterProvider<Timer> waits;
  private final MeterProvider<DistributionSummary> tokensOfCall;
  private final UnaryOperator<String> providers;
  private final CurrentSpan span;
  private final EagerWatch eager = new EagerWatch();

  /**
   * @param providers gives the name that OpenTelemetry's conventions have for a configured provider
   * @param span what is counted belongs to, while it is counted
   */
  public RunMeters(MeterRegistry registry, UnaryOperator<String> providers, CurrentSpan span) {
    this.registry = registry;
    this.providers = providers;
    this.span = span;
    waits =
        timer(
            "tidegate.wait.duration", "How long runs and calls waited, by what for", Buckets.WAIT);
    tokensOfCall =
        DistributionSummary.builder("gen_ai.client.token.usage")
            .description("Tokens of one model call")
            .serviceLevelObjectives(Buckets.TOKENS)
            .withRegistry(registry);
    runs = counter("tidegate.runs", "Runs that ended, by stop reason");
    suspensions = counter("tidegate.runs.suspended", "Times that a run came to wait, by reason");
    steps = counter("tidegate.steps", "Model replies that runs kept");
    tokens =
        counter(
            "tidegate.tokens",
            "Tokens by kind, as providers counted them; input includes cached_input and"
                + " cache_write, output includes reasoning");
    saved = counter(SAVED, SAVED_MEANS);
    toolCalls = counter("tidegate.tool.calls", "Tool calls by outcome");
    toolFailures = counter("tidegate.tool.failures", "Tool calls without a good result, by class");
    fallbacks = counter("tidegate.fallbacks", "Runs whose agent could not go on, by reason");
    toolTime = timer("gen_ai.execute_tool.duration", "Tool calls that were sent", Buckets.TOOL);
    runTime = timer("gen_ai.invoke_agent.duration", "Active time of runs that ended", Buckets.RUN);
    modelTime = timer("gen_ai.client.operation.duration", "Model calls", Buckets.MODEL);
    firstChunk =
        timer(
            "gen_ai.client.operation.time_to_first_chunk",
            "From the question to the first piece of the reply",
            Buckets.MODEL);
    waveWidth =
        DistributionSummary.builder("tidegate.wave.width")
            .description("Tool calls that one wave of a reply holds")
            .serviceLevelObjectives(Buckets.WIDTH)
            .register(registry);
    eagerSaved =
        Counter.builder("tidegate.eager.saved.seconds")
            .description("Tool time that passed while replies were still streaming")
            .register(registry);
    leaseLosses =
        Counter.builder("tidegate.lease.losses")
            .description("How often others took this process for dead")
            .register(registry);
    sessionsLost =
        Counter.builder("tidegate.lease.lost.sessions")
            .description("Sessions that this process was driving when others took it for dead")
            .register(registry);
    takeovers =
        Counter.builder("tidegate.takeovers")
            .description("Sessions taken over from processes that died")
            .register(registry);
    appendTime =
        Timer.builder("tidegate.journal.append")
            .description("Appends to the journal, from sending to the answer")
            .serviceLevelObjectives(Buckets.APPEND)
            .register(registry);
  }

  private MeterProvider<Counter> counter(String name, String description) {
    return Counter.builder(name).description(description).withRegistry(registry);
  }

  private MeterProvider<Timer> timer(String name, String description, Duration[] buckets) {
    return Timer.builder(name)
        .description(description)
        .serviceLevelObjectives(buckets)
        .withRegistry(registry);
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
    span.during(
        state.trace(),
        () -> {
          for (var entry : entries) {
            count(pin, entry, entries);
          }
          eager.recorded(session, entries).ifPresent(eagerSaved::increment);
        });
  }

  private void count(Pin pin, Entry entry, List<Entry> moment) {
    switch (entry.event()) {
      case Event.Replied replied -> replied(pin, replied, moment);
      case Event.CallReturned returned -> returned(pin, returned);
      case Event.FellBack fell ->
          fallbacks
              .withTags("agent", fell.from(), "reason", fell.used().after().wire())
              .increment();
      case Event.Suspended(var stop) -> suspensions.withTags(tags(pin, stop)).increment();
      case Event.Stopped(var stop) -> stopped(pin, stop);
      default -> {}
    }
  }

  private void replied(Pin pin, Event.Replied replied, List<Entry> moment) {
    steps.withTags("agent", pin.agent()).increment();
    var model = Tags.of("agent", pin.agent(), "model", configured(pin, replied.reply().model()));
    var usage = replied.reply().usage();
    if (usage != null) {
      count(model, usage);
      count(answering(pin, replied.reply().model()), usage);
      countSaved(pin, replied, usage);
    }
    Waves.widths(replied, moment).forEach(waveWidth::record);
  }

  /**
   * The configured name of the model that answered; what a provider calls itself could be anything.
   */
  private static String configured(Pin pin, String reported) {
    return answering(pin, reported).model();
  }

  private static Pin.Target answering(Pin pin, String reported) {
    var targets = pin.route().targets();
    return targets.stream()
        .filter(target -> reported.startsWith(target.model()))
        .findFirst()
        .orElse(targets.getFirst());
  }

  /**
   * Writing to a provider's cache may cost more than it has saved so far: that is no saving yet.
   */
  private void countSaved(Pin pin, Event.Replied replied, Usage usage) {
    var name = configured(pin, replied.reply().model());
    var target = pin.route().targets().stream().filter(one -> one.model().equals(name)).findFirst();
    var plain = new Usage(usage.input(), 0, 0, usage.output(), usage.reasoning());
    target.ifPresent(
        one -> {
          var price = one.price();
          long nanos = price.cost(plain).nanos() - price.cost(usage).nanos();
          saved.withTags("cache", "prompt").increment(Math.max(0, nanos) / 1e9);
        });
  }

  private void count(Tags model, Usage usage) {
    tokens.withTags(model.and("kind", "input")).increment((double) usage.input());
    tokens.withTags(model.and("kind", "cached_input")).increment((double) usage.cachedInput());
    tokens.withTags(model.and("kind", "cache_write")).increment((double) usage.cacheWrites());
    tokens.withTags(model.and("kind", "output")).increment((double) usage.output());
    tokens.withTags(model.and("kind", "reasoning")).increment((double) usage.reasoning());
  }

  /** The convention's own figures; the provider is the one that is configured for the model. */
  private void count(Pin.Target target, Usage usage) {
    var call = chat(target);
    tokensOfCall.withTags(call.and("gen_ai.token.type", "input")).record((double) usage.input());
    tokensOfCall.withTags(call.and("gen_ai.token.type", "output")).record((double) usage.output());
  }

  private Tags chat(Pin.Target target) {
    return Tags.of(
        "gen_ai.operation.name",
        "chat",
        "gen_ai.provider.name",
        providers.apply(target.provider()),
        "gen_ai.request.model",
        target.model(),
        "tidegate.provider",
        target.provider());
  }

  private void returned(Pin pin, Event.CallReturned returned) {
    boolean known = pin.contract(returned.tool()).isPresent();
    var tool = Tags.of("gen_ai.tool.name", known ? returned.tool() : "unknown");
    toolCalls.withTags(tool.and("outcome", outcome(returned))).increment();
    var failure = returned.failure();
    if (failure != null) {
      toolFailures.withTags(tool.and("class", failure.wire())).increment();
    }
    if (returned.tries() > 0) {
      boolean failed = returned.outcome() != Outcome.SUCCEEDED;
      toolTime
          .withTags(
              tool.and(
                  "gen_ai.operation.name",
                  "execute_tool",
                  "error.type",
                  failed ? returned.outcome().wire() : ""))
          .record(returned.ms(), TimeUnit.MILLISECONDS);
    }
  }

  /** A call that was refused before it was sent says nothing about its tool. */
  private static String outcome(Event.CallReturned returned) {
    if (returned.late()) {
      return "late";
    }
    boolean refused = returned.outcome() == Outcome.FAILED && returned.attempt() == 0;
    return refused ? "refused" : returned.outcome().wire();
  }

  private void stopped(Pin pin, Stop stop) {
    runs.withTags(tags(pin, stop)).increment();
    runTime
        .withTags("gen_ai.operation.name", "invoke_agent", "gen_ai.agent.name", pin.agent())
        .record(stop.durationMs(), TimeUnit.MILLISECONDS);
  }

  private static Tags tags(Pin pin, Stop stop) {
    return Tags.of("agent", pin.agent(), "reason", stop.reason().wire());
  }

  @Override
  public void modelAnswered(
      Pin pin,
      Pin.Target target,
      long firstChunkNanos,
      long nanos,
      @Nullable ModelFailure failure,
      @Nullable Trace trace) {
    var model = chat(target);
    var error = failure == null ? "" : failure.kind().name().toLowerCase(Locale.ROOT);
    span.during(
        trace,
        () -> {
          modelTime.withTags(model.and("error.type", error)).record(nanos, TimeUnit.NANOSECONDS);
          if (firstChunkNanos >= 0) {
            firstChunk.withTags(model).record(firstChunkNanos, TimeUnit.NANOSECONDS);
          }
        });
  }

  @Override
  public void waited(Wait what, long ms) {
    waits
        .withTags("for", what.name().toLowerCase(Locale.ROOT))
        .record(Math.max(0, ms), TimeUnit.MILLISECONDS);
  }

  @Override
  public void leaseLost(int sessions) {
    leaseLosses.increment();
    sessionsLost.increment(sessions);
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
