package io.tidegate.config;

import io.tidegate.conversation.Price;
import io.tidegate.conversation.Usd;
import io.tidegate.loop.Pin.Pause;
import io.tidegate.loop.Pin.Target;
import io.tidegate.loop.Pin.Timeout;
import io.tidegate.model.Provider;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads one target of a model: which provider's model it is, what it costs, how long to wait. */
final class TargetReader {
  private static final int MAX = Integer.MAX_VALUE;
  private static final int ATTEMPTS = 2;
  private static final int MAX_OUTPUT = 4096;

  private final Report report;
  private final Map<String, Provider> providers;
  private final Names providerNames;
  private final Function<String, List<String>> routeProblems;
  private final HealthReader health;

  TargetReader(
      Report report,
      Map<String, Provider> providers,
      Function<String, List<String>> routeProblems,
      HealthReader health) {
    this.report = report;
    this.providers = providers;
    this.providerNames = new Names("provider", providers.keySet(), true);
    this.routeProblems = routeProblems;
    this.health = health;
  }

  Target read(Section section) {
    Retry retry = section.section("retry").map(TargetReader::retry).orElse(Retry.DEFAULT);
    Target target = target(section, retry);
    health.read(section, target, retry.budget);
    return target;
  }

  private Target target(Section target, Retry retry) {
    String provider = target.text("provider").required("");
    if (!provider.isEmpty()) {
      providerNames.mustHold(provider, target.at("provider"), report);
    }
    return new Target(
        provider,
        target.text("model").required(""),
        price(target, providers.get(provider)),
        target.section("timeout").map(TargetReader::timeout).orElse(Timeout.DEFAULT),
        retry.attempts,
        target.integer("max-output", 1, MAX).orElse(MAX_OUTPUT),
        target.decimal("temperature", 0, 2).orNull(),
        retry.pause,
        target.integer("weight", 0, 1_000_000).orElse(1),
        target.text("when").verify(routeProblems).orNull());
  }

  private static Price price(Section target, @Nullable Provider provider) {
    if (!target.has("price") && provider != null && ProviderReader.official(provider)) {
      target.warn("price", "is missing: what this target costs counts as 0");
    }
    return target.section("price").map(TargetReader::price).orElse(Price.FREE);
  }

  private static Price price(Section price) {
    Usd input = price.usd("input").required(Usd.ZERO);
    Usd output = price.usd("output").required(Usd.ZERO);
    return new Price(
        input,
        price.usd("cached-input").orElse(input),
        price.usd("cache-write").orElse(input),
        output);
  }

  private static Timeout timeout(Section timeout) {
    var standard = Timeout.DEFAULT;
    return new Timeout(
        timeout.duration("connect").orElse(standard.connectMs()),
        timeout.duration("first-chunk").orElse(standard.firstChunkMs()),
        timeout.duration("between-chunks").orElse(standard.betweenChunksMs()),
        timeout.duration("total").orElse(standard.totalMs()));
  }

  private static Retry retry(Section retry) {
    var standard = Pause.DEFAULT;
    long first = retry.duration("delay").orElse(standard.firstMs());
    long most = retry.duration("max-delay").orElse(Math.max(first, standard.mostMs()));
    if (most < first) {
      retry.error("max-delay", "is shorter than delay");
    }
    return new Retry(
        retry.integer("attempts", 1, 10).orElse(ATTEMPTS),
        new Pause(first, most),
        retry.percent("budget").orNull());
  }

  /** How often and at what intervals a target is asked. */
  private record Retry(int attempts, Pause pause, @Nullable Double budget) {
    static final Retry DEFAULT = new Retry(ATTEMPTS, Pause.DEFAULT, null);
  }
}
