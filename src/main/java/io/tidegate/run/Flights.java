package io.tidegate.run;

import io.tidegate.loop.Effect;
import io.tidegate.loop.Event;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What one session has on its way in the world, by the effects that want it. */
final class Flights {
  private final Map<Effect.Key, Flight> byKey = new HashMap<>();

  /** Writes that were answered otherwise and are still under way. */
  private final Set<CallFlight> late = new HashSet<>();

  boolean has(Effect.Key key) {
    return byKey.containsKey(key);
  }

  void add(Effect.Key key, Flight flight) {
    byKey.put(key, flight);
  }

  boolean isEmpty() {
    return byKey.isEmpty() && late.isEmpty();
  }

  /** Cancels what nobody wants any more. */
  void keepOnly(List<Effect> wanted) {
    if (byKey.isEmpty()) {
      return;
    }
    var keys = new ArrayList<Effect.Key>(wanted.size());
    for (var effect : wanted) {
      keys.add(effect.key());
    }
    // Few are on their way, and hardly ever is one of them unwanted: this is asked at each event.
    for (var key : List.copyOf(byKey.keySet())) {
      if (!keys.contains(key)) {
        cancel(key);
      }
    }
  }

  private void cancel(Effect.Key key) {
    var flight = byKey.remove(key);
    if (flight != null) {
      flight.cancel();
    }
  }

  /**
   * Cancels what has journaled nothing yet, or can be repeated elsewhere; a write that was begun
   * stays, for only its answer can tell what it did.
   */
  void breakOff() {
    for (var key : List.copyOf(byKey.keySet())) {
      if (!(byKey.get(key) instanceof CallFlight call && call.mustLand())) {
        cancel(key);
      }
    }
  }

  /** Cancels what waits for its time or its turn. */
  void cancelUnbegun() {
    for (var key : List.copyOf(byKey.keySet())) {
      var flight = byKey.get(key);
      if (flight != null && !flight.begun()) {
        cancel(key);
      }
    }
  }

  /** Drops the flight whose intent did not get into the journal, so that it is begun anew. */
  void drop(Event intent) {
    switch (intent) {
      case Event.ModelAsked asked -> cancel(Effect.AskModel.key(asked.turn(), asked.attempt()));
      case Event.CallStarted started -> cancel(Effect.Start.key(started.call(), started.attempt()));
      default -> {}
    }
  }

  void expectLate(CallFlight flight) {
    late.add(flight);
  }

  void landed(CallFlight flight) {
    late.remove(flight);
  }

  /** Cancels everything, but for writes that were sent: those it returns. */
  List<CallFlight> abandon() {
    var sent = new ArrayList<>(late);
    for (var flight : byKey.values()) {
      if (flight instanceof CallFlight call && call.sentWrite()) {
        sent.add(call);
      } else {
        flight.cancel();
      }
    }
    byKey.clear();
    late.clear();
    return sent;
  }

  /** The reply that is being streamed, or null. */
  Sessions.@Nullable Partial partial() {
    for (var flight : byKey.values()) {
      if (flight instanceof ModelFlight asking && asking.partial() != null) {
        return asking.partial();
      }
    }
    return null;
  }
}
