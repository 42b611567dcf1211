package io.tidegate.run;

import io.tidegate.loop.Event;
import io.tidegate.loop.Pin;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The agents as they are configured now; a run pins what it finds here when it starts. */
public interface Agents {
  Optional<Agent> find(String name);

  /** All agents, by name. */
  List<Agent> all();

  /**
   * Why no run may have its events posted there, as a sentence for who asks; null if it may.
   * Without a word about it, the gateway posts to nobody whom a caller names.
   */
  default @Nullable String refusal(Event.Hook hook) {
    return "This gateway takes no webhooks with a run.";
  }

  /**
   * A configured agent.
   *
   * @param initialState the explicit state object that its sessions start with, as JSON text
   */
  record Agent(String name, String description, Pin pin, String initialState) {}
}
