package io.tidegate.run;

import io.tidegate.loop.Event;
import io.tidegate.loop.Pin;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The agents as they are configured now; a run pins what it finds here when it starts. */
public interface Agents {
  Optional<Agent> find(String name);

  /**
   * The agent that runs of a session go by when they ask for one: itself, or its canary for the
   * sessions that it is drawn for. A session's draw is always the same.
   */
  default Optional<Agent> find(String name, SessionId session) {
    var asked = find(name);
    var canary = asked.map(Agent::canary).orElse(null);
    if (canary == null
        || Draw.fraction(session.tenant() + "/" + session.root() + " " + name) >= canary.share()) {
      return asked;
    }
    return find(canary.agent()).or(() -> asked);
  }

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
   * @param canary the agent that takes its place for some sessions, or null
   */
  record Agent(
      String name, String description, Pin pin, String initialState, @Nullable Canary canary) {
    public Agent(String name, String description, Pin pin, String initialState) {
      this(name, description, pin, initialState, null);
    }

    public Agent withCanary(@Nullable Canary other) {
      return new Agent(name, description, pin, initialState, other);
    }
  }

  /**
   * An agent in another's place.
   *
   * @param share of the sessions, from 0 to 1
   */
  record Canary(String agent, double share) {}
}
