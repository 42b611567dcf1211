package io.tidegate.run;

import io.tidegate.loop.Pin;
import java.util.List;
import java.util.Optional;

/** The agents as they are configured now; a run pins what it finds here when it starts. */
public interface Agents {
  Optional<Agent> find(String name);

  /** All agents, by name. */
  List<Agent> all();

  /**
   * A configured agent.
   *
   * @param initialState the explicit state object that its sessions start with, as JSON text
   */
  record Agent(String name, String description, Pin pin, String initialState) {}
}
