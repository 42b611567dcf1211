package io.tidegate.loop;

import io.tidegate.conversation.Contract;
import io.tidegate.conversation.Json;
import io.tidegate.conversation.Price;
import java.util.List;

/** Pins of runs that tests make. */
final class Pins {
  private Pins() {}

  static Pin of(Limits limits) {
    return of(limits, Tools.ALL, null, 1, false);
  }

  static Pin of(
      Limits limits, List<Contract> tools, Json output, int outputAttempts, boolean suspend) {
    return new Pin(
        "agent",
        "Do it.",
        new Pin.Route("smart", List.of(target("first"), target("second"))),
        tools,
        List.of(),
        output,
        outputAttempts,
        false,
        suspend,
        limits);
  }

  private static Pin.Target target(String model) {
    return new Pin.Target("provider", model, Price.FREE, Pin.Timeout.DEFAULT, 2, 1_000, null);
  }
}
