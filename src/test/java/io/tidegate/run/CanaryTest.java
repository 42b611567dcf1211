package io.tidegate.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.run.Agents.Agent;
import io.tidegate.run.Agents.Canary;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CanaryTest {
  private final Agents agents =
      new Agents() {
        @Override
        public Optional<Agent> find(String name) {
          return all().stream().filter(agent -> agent.name().equals(name)).findFirst();
        }

        @Override
        public List<Agent> all() {
          return List.of(
              new Agent("old", "", null, "{}", new Canary("new", 0.1)),
              new Agent("new", "", null, "{}"),
              new Agent("lost", "", null, "{}", new Canary("gone", 1)));
        }
      };

  private String found(String name, String session) {
    return agents.find(name, new SessionId("default", session)).orElseThrow().name();
  }

  @Test
  void takesTheAgentsPlaceForItsShareOfTheSessions() {
    long drawn = IntStream.range(0, 5_000).filter(i -> found("old", "s" + i).equals("new")).count();
    assertThat(drawn).isBetween(400L, 600L);
    assertThat(found("new", "s1")).isEqualTo("new");
  }

  @Test
  void staysWithASessionAndItsForks() {
    for (int i = 0; i < 100; i++) {
      assertThat(found("old", "s" + i + ".f1")).isEqualTo(found("old", "s" + i));
    }
  }

  @Test
  void agentWhoseCanaryIsGoneRunsItself() {
    assertThat(found("lost", "s1")).isEqualTo("lost");
  }
}
