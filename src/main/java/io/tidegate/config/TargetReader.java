package io.tidegate.config;

import io.tidegate.conversation.Price;
import io.tidegate.conversation.Usd;
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
  private final Function<String, List<String>> ruleProblems;

  TargetReader(
      Report report, Map<String, Provider> providers, Function<String, List<String>> ruleProblems) {
    this.report = report;
    this.providers = providers;
    this.providerNames = new Names("provider", providers.keySet(), true);
    this.ruleProblems = ruleProblems;
  }

  Target read(Section target) {
    readUnused(target);
    String provider = target.text("provider").required("");
    if (!provider.isEmpty()) {
      providerNames.mustHold(provider, target.at("provider"), report);
    }
    return new Target(
        provider,
        target.text("model").required(""),
        price(target, providers.get(provider)),
        target.section("timeout").map(TargetReader::timeout).orElse(Timeout.DEFAULT),
        target.section("retry").map(TargetReader::attempts).orElse(ATTEMPTS),
        target.integer("max-output", 1, MAX).orElse(MAX_OUTPUT),
        target.decimal("temperature", 0, 2).orNull());
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

  private static int attempts(Section retry) {
    retry.noEffect("delay").duration("delay");
    retry.noEffect("max-delay").duration("max-delay");
    return retry.integer("attempts", 1, 10).orElse(ATTEMPTS);
  }

  private void readUnused(Section target) {
    target.noEffect("weight").integer("weight", 0, 1_000_000);
    target.noEffect("when").text("when").verify(ruleProblems);
    target.noEffect("breaker").section("breaker").ifPresent(TargetReader::readBreaker);
    Concurrency.read(target.noEffect("concurrency"), 0);
  }

  private static void readBreaker(Section breaker) {
    breaker.percent("failure-rate");
    breaker.integer("calls", 1, MAX);
    breaker.duration("open");
  }
}
