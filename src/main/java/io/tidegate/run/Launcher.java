package io.tidegate.run;

import io.tidegate.loop.Effect;
import io.tidegate.loop.Event;
import java.util.List;

/** Begins the effects that have to do with the world. */
final class Launcher {
  private final SessionDriver driver;
  private final CallSlots slots;
  private final Flights flights;

  Launcher(SessionDriver driver, CallSlots slots, Flights flights) {
    this.driver = driver;
    this.slots = slots;
    this.flights = flights;
  }

  /** Begins what is not on its way yet; says whether that journaled anything. */
  boolean launch(List<Effect> wanted) {
    boolean changed = false;
    for (var effect : wanted) {
      if (!flights.has(effect.key())) {
        changed |= launch(effect);
      }
    }
    return changed;
  }

  private boolean launch(Effect effect) {
    var state = driver.state();
    return switch (effect) {
      case Effect.AskModel ask -> {
        var flight = new ModelFlight(driver, ask);
        flights.add(ask.key(), flight);
        flight.begin();
        yield false;
      }
      case Effect.Start start -> {
        var call = state.anyCall(start.call()).orElseThrow();
        var contract = call.contract();
        if (contract == null) {
          throw new IllegalStateException("call '" + call.id() + "' has no contract");
        }
        var flight = new CallFlight(driver, slots, call, contract, start);
        flights.add(start.key(), flight);
        yield flight.begin();
      }
      case Effect.Deadline deadline -> {
        flights.add(
            deadline.key(), new TimerFlight(driver, deadline.leftMs(), new Event.DeadlinePassed()));
        yield false;
      }
      case Effect.GiveUp giveUp -> {
        var call = state.call(giveUp.call()).orElseThrow();
        long ms = Math.max(0, giveUp.at() - driver.shell().time().now());
        flights.add(giveUp.key(), new TimerFlight(driver, ms, CallFlight.unknown(call)));
        yield false;
      }
      case Effect.FallBack _,
          Effect.Begin _,
          Effect.Check _,
          Effect.Rule _,
          Effect.AskHuman _,
          Effect.AskInput _,
          Effect.Adopt _,
          Effect.Answer _,
          Effect.CheckOutput _,
          Effect.Rest _ ->
          false;
    };
  }
}
