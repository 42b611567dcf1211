package io.tidegate.meter;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.tidegate.conversation.Usage;
import io.tidegate.loop.Pin;
import io.tidegate.loop.Stop;
import io.tidegate.loop.StopReason;
import java.util.concurrent.TimeUnit;

/** What is counted by agent. */
final class AgentMeters {
  private final MeterProvider<Counter> runs;
  private final MeterProvider<Counter> suspensions;
  private final MeterProvider<Counter> steps;
  private final MeterProvider<Counter> fallbacks;
  private final MeterProvider<Counter> tokens;
  private final MeterProvider<Timer> runTime;
  private final Known<String, Of> byName = new Known<>(Of::new);

  AgentMeters(MeterRegistry registry) {
    var make = new Families(registry);
    runs = make.counter("tidegate.runs", "Runs that ended, by stop reason");
    suspensions =
        make.counter("tidegate.runs.suspended", "Times that a run came to wait, by reason");
    steps = make.counter("tidegate.steps", "Model replies that runs kept");
    fallbacks = make.counter("tidegate.fallbacks", "Runs whose agent could not go on, by reason");
    tokens =
        make.counter(
            "tidegate.tokens",
            "Tokens by kind, as providers counted them; input includes cached_input and"
                + " cache_write, output includes reasoning");
    runTime =
        make.timer("gen_ai.invoke_agent.duration", "Active time of runs that ended", Buckets.RUN);
  }

  Of of(String agent) {
    return byName.of(agent);
  }

  /** Those of one agent. */
  final class Of {
    private final Counter steps;
    private final Timer runTime;
    private final Known<StopReason, Counter> runs;
    private final Known<StopReason, Counter> suspensions;
    private final Known<StopReason, Counter> fallbacks;
    private final Known<String, Known<String, Tokens>> tokens;

    private Of(String agent) {
      steps = AgentMeters.this.steps.withTags("agent", agent);
      runTime =
          AgentMeters.this.runTime.withTags(
              "gen_ai.operation.name", "invoke_agent", "gen_ai.agent.name", agent);
      runs = byReason(AgentMeters.this.runs, agent);
      suspensions = byReason(AgentMeters.this.suspensions, agent);
      fallbacks = byReason(AgentMeters.this.fallbacks, agent);
      tokens = new Known<>(provider -> new Known<>(model -> new Tokens(agent, provider, model)));
    }

    private static Known<StopReason, Counter> byReason(
        MeterProvider<Counter> family, String agent) {
      return new Known<>(why -> family.withTags("agent", agent, "reason", why.wire()));
    }

    void replied() {
      steps.increment();
    }

    void fellBack(StopReason why) {
      fallbacks.of(why).increment();
    }

    void suspended(Stop stop) {
      suspensions.of(stop.reason()).increment();
    }

    void stopped(Stop stop) {
      runs.of(stop.reason()).increment();
      runTime.record(stop.durationMs(), TimeUnit.MILLISECONDS);
    }

    void used(Pin.Target target, Usage usage) {
      tokens.of(target.provider()).of(target.model()).count(usage);
    }
  }

  /** What an agent used of one target. */
  private final class Tokens {
    private final Counter input;
    private final Counter cachedInput;
    private final Counter cacheWrites;
    private final Counter output;
    private final Counter reasoning;

    Tokens(String agent, String provider, String model) {
      var call = Tags.of("agent", agent, "model", model, "provider", provider);
      input = tokens.withTags(call.and("kind", "input"));
      cachedInput = tokens.withTags(call.and("kind", "cached_input"));
      cacheWrites = tokens.withTags(call.and("kind", "cache_write"));
      output = tokens.withTags(call.and("kind", "output"));
      reasoning = tokens.withTags(call.and("kind", "reasoning"));
    }

    void count(Usage usage) {
      input.increment((double) usage.input());
      cachedInput.increment((double) usage.cachedInput());
      cacheWrites.increment((double) usage.cacheWrites());
      output.increment((double) usage.output());
      reasoning.increment((double) usage.reasoning());
    }
  }
}
