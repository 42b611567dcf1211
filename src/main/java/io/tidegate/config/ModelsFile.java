package io.tidegate.config;

import io.tidegate.guard.GuardSettings;
import io.tidegate.guard.GuardSettings.Keys;
import io.tidegate.loop.Pin.Cache;
import io.tidegate.loop.Pin.Hedge;
import io.tidegate.loop.Pin.Route;
import io.tidegate.loop.Pin.Target;
import io.tidegate.model.Provider;
import io.tidegate.run.Quotas.Rates;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads models.yaml: providers, and models as routes to targets at providers. */
final class ModelsFile {
  private static final double HEDGE_BUDGET = 0.05;

  private final Report report;
  private final Parts parts;
  private final ProviderReader providerReader;

  ModelsFile(Report report, Environment environment, Parts parts) {
    this.report = report;
    this.parts = parts;
    this.providerReader = new ProviderReader(report, environment);
  }

  /**
   * What the file says.
   *
   * @param names all models that it names, those with errors included
   * @param routesWithoutKey the routes none of whose targets can be asked for want of a key
   * @param guards how carefully they are asked
   */
  record Models(
      Map<String, Provider> providers,
      Map<String, Route> routes,
      Names names,
      Set<String> routesWithoutKey,
      GuardSettings guards) {
    static Models unknown() {
      return new Models(Map.of(), Map.of(), Names.unknown("model"), Set.of(), GuardSettings.NONE);
    }
  }

  Models read(Section file) {
    Map<String, Provider> providers = providerReader.read(file);
    var health = new HealthReader();
    var targets = new TargetReader(report, providers, parts.routeProblems(), health);
    Map<String, Route> routes = new LinkedHashMap<>();
    Set<String> withoutKey = new TreeSet<>();
    file.named("models")
        .forEach(
            (name, model) -> {
              List<Candidate> candidates = candidates(model, targets, providers);
              if (candidates.stream().noneMatch(Candidate::usable)) {
                withoutKey.add(name);
              }
              Style style = style(model);
              route(name, candidates, style).ifPresent(route -> routes.put(name, route));
            });
    return new Models(
        providers,
        routes,
        new Names("model", file.keys("models"), true),
        withoutKey,
        new GuardSettings(health.found(), keys(providers)));
  }

  private Map<String, Keys> keys(Map<String, Provider> providers) {
    Map<String, Keys> found = new LinkedHashMap<>();
    providers.forEach(
        (name, provider) ->
            found.put(
                name,
                new Keys(
                    provider.keyNames(), providerReader.rates().getOrDefault(name, Rates.NONE))));
    return found;
  }

  private static List<Candidate> candidates(
      Section model, TargetReader reader, Map<String, Provider> providers) {
    List<Section> sections = model.sections("targets");
    if (sections.isEmpty()) {
      model.error("targets", "must list at least one target");
    }
    return sections.stream()
        .map(section -> Candidate.of(section, reader.read(section), providers))
        .toList();
  }

  /** The usable targets; all of them if none is, for the simulator to take their place. */
  private Optional<Route> route(String name, List<Candidate> candidates, Style style) {
    boolean any = candidates.stream().anyMatch(Candidate::usable);
    if (any) {
      candidates.stream().filter(one -> !one.usable).forEach(this::warnOfLeavingOut);
    }
    List<Target> targets =
        candidates.stream().filter(one -> one.usable || !any).map(Candidate::target).toList();
    return targets.isEmpty()
        ? Optional.empty()
        : Optional.of(new Route(name, targets, style.weighted, style.hedge, style.cache));
  }

  private void warnOfLeavingOut(Candidate candidate) {
    report.warn(
        candidate.at,
        "is left out: the provider '%s' has no api-key".formatted(candidate.target.provider()));
  }

  private static Style style(Section model) {
    boolean weighted =
        model.choice("route", Routing.class).orElse(Routing.FALLBACK) == Routing.WEIGHTED;
    return new Style(
        weighted,
        model.section("hedge").map(ModelsFile::hedge).orElse(null),
        model.section("cache").map(ModelsFile::cache).orElse(null));
  }

  private static Cache cache(Section cache) {
    return new Cache(cache.duration("ttl").required(1L), cache.flag("always").orElse(false));
  }

  private static Hedge hedge(Section hedge) {
    return new Hedge(
        hedge.duration("after").required(1L), hedge.percent("budget").orElse(HEDGE_BUDGET));
  }

  /** How a route chooses among its targets, and what it keeps. */
  private record Style(boolean weighted, @Nullable Hedge hedge, @Nullable Cache cache) {}

  private enum Routing {
    FALLBACK,
    WEIGHTED
  }

  /** A target that may become part of its route. */
  private record Candidate(Place at, Target target, boolean usable) {
    static Candidate of(Section section, Target target, Map<String, Provider> providers) {
      Provider provider = providers.get(target.provider());
      return new Candidate(
          section.at(), target, provider == null || ProviderReader.usable(provider));
    }
  }
}
