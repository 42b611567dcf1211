package io.tidegate.app;

import io.tidegate.config.Settings;
import io.tidegate.guard.GuardSettings;
import io.tidegate.guard.ToolGuardSettings;
import io.tidegate.loop.Event;
import io.tidegate.run.Agents;
import io.tidegate.tool.ToolSettings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The settings that go now: one reference, so that whoever asks sees all of another configuration
 * or nothing of it.
 */
final class LiveSettings implements Agents {
  private volatile Settings settings;

  LiveSettings(Settings settings) {
    this.settings = settings;
  }

  Settings now() {
    return settings;
  }

  void replace(Settings others) {
    settings = others;
  }

  GuardSettings guards() {
    return settings.guards();
  }

  Map<String, ToolSettings> tools() {
    return settings.tools();
  }

  ToolGuardSettings toolGuards() {
    return settings.toolGuards();
  }

  Set<String> agentNames() {
    return settings.agents().keySet();
  }

  String conventionalName(String provider) {
    return settings.conventionalName(provider);
  }

  @Override
  public Optional<Agent> find(String name) {
    return settings.find(name);
  }

  @Override
  public List<Agent> all() {
    return settings.all();
  }

  @Override
  public @Nullable String refusal(Event.Hook hook) {
    return settings.refusal(hook);
  }
}
