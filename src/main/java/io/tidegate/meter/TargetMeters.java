package io.tidegate.meter;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.tidegate.conversation.ModelFailure;
import io.tidegate.loop.Pin;
import io.tidegate.run.RunListener.Answered;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** What is counted by model target, as OpenTelemetry's conventions have it. */
final class TargetMeters {
  private final MeterProvider<Timer> time;
  private final MeterProvider<Timer> firstChunk;
  private final MeterProvider<DistributionSummary> tokens;
  private final UnaryOperator<String> providers;
  private final Known<String, Known<String, Known<String, Of>>> byName =
      new Known<>(
          kind -> new Known<>(provider -> new Known<>(model -> new Of(kind, provider, model))));

  TargetMeters(MeterRegistry registry, UnaryOperator<String> providers) {
    this.providers = providers;
    var make = new Families(registry);
    time = make.timer("gen_ai.client.operation.duration", "Model calls", Buckets.MODEL);
    firstChunk =
        make.timer(
            "gen_ai.client.operation.time_to_first_chunk",
            "From the question to the first piece of the reply",
            Buckets.MODEL);
    tokens =
        DistributionSummary.builder("gen_ai.client.token.usage")
            .description("Tokens of one model call")
            .serviceLevelObjectives(Buckets.TOKENS)
            .withRegistry(registry);
  }

  void answered(Answered answered) {
    of(answered.target()).answered(answered);
  }

  private Of of(Pin.Target target) {
    var provider = target.provider();
    return byName.of(providers.apply(provider)).of(provider).of(target.model());
  }

  /** Those of one target. */
  private final class Of {
    private final Timer well;
    private final Known<ModelFailure.Kind, Timer> failed;
    private final Timer firstChunk;
    private final DistributionSummary input;
    private final DistributionSummary output;

    Of(String kind, String provider, String model) {
      var tags = tags(kind, provider, model);
      well = time.withTags(tags.and("error.type", ""));
      failed = new Known<>(why -> time.withTags(tags.and("error.type", word(why))));
      firstChunk = TargetMeters.this.firstChunk.withTags(tags);
      input = tokens.withTags(tags.and("gen_ai.token.type", "input"));
      output = tokens.withTags(tags.and("gen_ai.token.type", "output"));
    }

    private static Tags tags(String kind, String provider, String model) {
      return Tags.of(
          "gen_ai.operation.name",
          "chat",
          "gen_ai.provider.name",
          kind,
          "gen_ai.request.model",
          model,
          "tidegate.provider",
          provider);
    }

    void answered(Answered answered) {
      var failure = answered.failure();
      (failure == null ? well : failed.of(failure.kind()))
          .record(answered.nanos(), TimeUnit.NANOSECONDS);
      if (answered.firstChunkNanos() >= 0) {
        firstChunk.record(answered.firstChunkNanos(), TimeUnit.NANOSECONDS);
      }
      var usage = answered.usage();
      if (usage != null) {
        input.record((double) usage.input());
        output.record((double) usage.output());
      }
    }
  }

  private static String word(ModelFailure.Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }
}
