package io.tidegate.http;

import io.tidegate.conversation.Contract;
import io.tidegate.conversation.Json;
import io.tidegate.conversation.OnUnknown;
import io.tidegate.conversation.Price;
import io.tidegate.conversation.SideEffect;
import io.tidegate.conversation.Usd;
import io.tidegate.loop.Limits;
import io.tidegate.loop.Pin;
import io.tidegate.run.Agents;
import java.util.List;
import java.util.Optional;

/** An agent with one tool. */
final class Samples {
  private static final Pin.Target TARGET =
      new Pin.Target(
          "sim",
          "sim-1",
          new Price(Usd.ZERO, Usd.ZERO, Usd.ZERO, Usd.ZERO),
          Pin.Timeout.DEFAULT,
          1,
          1000,
          null);

  static final Contract TOOL =
      new Contract(
          "post-entry",
          "Posts an entry",
          new Json("{\"type\":\"object\"}"),
          SideEffect.WRITE,
          List.of(),
          "",
          "",
          OnUnknown.ASK,
          1_000,
          "sha256:0");

  static final Pin PIN =
      new Pin(
          "helper",
          "Help.",
          new Pin.Route("smart", List.of(TARGET)),
          List.of(TOOL),
          List.of(),
          null,
          1,
          false,
          false,
          Limits.DEFAULT);

  static final Agents AGENTS =
      new Agents() {
        private final Agent helper = new Agent("helper", "Helps", PIN, "{}");

        @Override
        public Optional<Agent> find(String name) {
          return Optional.of(helper).filter(agent -> agent.name().equals(name));
        }

        @Override
        public List<Agent> all() {
          return List.of(helper);
        }
      };

  private Samples() {}
}
