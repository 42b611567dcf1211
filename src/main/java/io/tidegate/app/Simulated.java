package io.tidegate.app;

import io.tidegate.config.Settings;
import io.tidegate.conversation.Price;
import io.tidegate.loop.Fallback;
import io.tidegate.loop.Pin;
import io.tidegate.loop.Pin.Route;
import io.tidegate.loop.Pin.Target;
import io.tidegate.loop.Pin.Timeout;
import io.tidegate.model.Provider;
import io.tidegate.run.Agents.Agent;
import io.tidegate.run.Secret;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Puts the simulator in the place of models that nobody gave a key for, so that the gateway can be
 * tried at once.
 */
final class Simulated {
  private static final String PROVIDER = "simulator";

  private Simulated() {}

  /** The settings with the simulator as the one target of each route that has no usable one. */
  static Settings models(Settings settings, URI simulator) {
    var providers = new HashMap<>(settings.providers());
    providers.put(
        PROVIDER,
        new Provider(
            PROVIDER,
            Provider.Protocol.OPENAI_CHAT,
            simulator.resolve("/v1"),
            Secret.NONE,
            Map.of(),
            64));
    var agents = new TreeMap<String, Agent>();
    settings.agents().forEach((name, agent) -> agents.put(name, simulated(settings, agent)));
    return new Settings(
        settings.http(),
        settings.redis(),
        settings.limits(),
        settings.replica(),
        settings.drain(),
        settings.reloadMs(),
        settings.tenants(),
        settings.budgets(),
        settings.ages(),
        settings.hooks(),
        settings.telemetry(),
        providers,
        settings.routes(),
        settings.guards(),
        settings.tools(),
        settings.toolGuards(),
        agents,
        settings.warnings(),
        settings.routesWithoutKey());
  }

  private static Agent simulated(Settings settings, Agent agent) {
    return new Agent(
        agent.name(),
        agent.description(),
        simulated(settings, agent.pin()),
        agent.initialState(),
        agent.canary());
  }

  private static Pin simulated(Settings settings, Pin pin) {
    var target = new Target(PROVIDER, pin.agent(), Price.FREE, Timeout.DEFAULT, 2, 4_096, null);
    var route = pin.route();
    var asked =
        settings.routesWithoutKey().contains(route.name())
            ? pin.withRoute(new Route(route.name(), List.of(target)))
            : pin;
    return asked.fallback() instanceof Fallback.Another(var other)
        ? asked.withFallback(new Fallback.Another(simulated(settings, other)))
        : asked;
  }
}
