package io.tidegate.loop;

import io.tidegate.conversation.Json;
import io.tidegate.conversation.SideEffect;
import io.tidegate.loop.Pin.Verdict;
import io.tidegate.loop.RunState.Phase;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Performs what the loop wants, as the real shell does but without any input or output. What the
 * world answers is up to its subclasses; {@link Watch} sees every step.
 */
abstract class PureShell {
  private static final int MOST_ROUNDS = 1_000;

  final Pin pin;
  final Watch watch = new Watch();
  final Map<Effect.Key, InFlight> inFlight = new LinkedHashMap<>();
  final List<Late> lates = new ArrayList<>();
  private final List<Entry> entries = new ArrayList<>();
  private final List<RunState> states = new ArrayList<>();
  private RunState state = RunState.EMPTY;
  private long epoch = 1;
  long now = 1_000;

  PureShell(Pin pin) {
    this.pin = pin;
  }

  /** An effect that is being performed; a call may wait for a slot before it is sent. */
  record InFlight(Effect effect, Call call, boolean sent) {}

  /** A write that was answered otherwise, and comes back some time. */
  record Late(String run, Call call) {}

  abstract Event.Checked check(Call call);

  abstract Verdict verdict(Call call);

  abstract List<String> outputProblems(String text);

  abstract boolean slotIsFree();

  List<Entry> entries() {
    return entries;
  }

  List<RunState> states() {
    return states;
  }

  RunState state() {
    return state;
  }

  void begin() {
    record("", new Event.Opened("agent", Json.EMPTY_OBJECT, Json.EMPTY_OBJECT, "test"));
    record("r1", new Event.Asked(pin, "Go.", Json.EMPTY_OBJECT, "test"));
    settle();
  }

  void record(Event event) {
    boolean rested = state.phase() == Phase.SUSPENDED;
    record(state.run(), event);
    if (rested && state.phase() == Phase.RUNNING) {
      record(state.run(), new Event.Resumed(epoch));
    }
  }

  void record(String run, Event event) {
    var entry = new Entry(entries.size() + 1, now, run, event);
    watch.entry(state, entry);
    entries.add(entry);
    state = state.after(entry);
    states.add(state);
  }

  /** Everything in flight is lost; another process folds the journal and goes on. */
  void crash() {
    inFlight.clear();
    lates.clear();
    state = fold(entries);
    if (state.phase() == Phase.RUNNING) {
      record(state.run(), new Event.Resumed(++epoch));
    }
  }

  static RunState fold(List<Entry> entries) {
    var folded = RunState.EMPTY;
    for (var entry : entries) {
      folded = folded.after(entry);
    }
    return folded;
  }

  void settle() {
    int rounds = 0;
    while (round()) {
      if (++rounds > MOST_ROUNDS) {
        throw new AssertionError("next never comes to rest: " + AgentLoop.next(state));
      }
    }
    watch.inFlight(state, inFlight.values().stream().filter(PureShell::isSentCall).count());
  }

  private static boolean isSentCall(InFlight flight) {
    return flight.call() != null && flight.sent();
  }

  private boolean round() {
    var wanted = AgentLoop.next(state);
    watch.wanted(state, wanted);
    cancelUnwanted(wanted.stream().map(Effect::key).collect(Collectors.toSet()));
    boolean changed = false;
    for (var effect : wanted) {
      changed |= think(effect);
    }
    if (changed) {
      return true;
    }
    for (var effect : wanted) {
      changed |= !inFlight.containsKey(effect.key()) && launch(effect);
    }
    return changed;
  }

  private void cancelUnwanted(Set<Effect.Key> wanted) {
    for (var key : List.copyOf(inFlight.keySet())) {
      if (!wanted.contains(key)) {
        var flight = inFlight.remove(key);
        if (isSentCall(flight) && writes(flight.call())) {
          lates.add(new Late(state.run(), flight.call()));
        }
      }
    }
  }

  private static boolean writes(Call call) {
    return call.contract() != null && call.contract().effect() == SideEffect.WRITE;
  }

  private boolean launch(Effect effect) {
    switch (effect) {
      case Effect.AskModel ask -> {
        if (ask.delayMs() == 0) {
          intend(ask);
          return true;
        }
        inFlight.put(ask.key(), new InFlight(ask, null, false));
      }
      case Effect.Start start -> {
        var call = state.anyCall(start.call()).orElseThrow();
        if (slotIsFree()) {
          send(start, call);
          return true;
        }
        inFlight.put(start.key(), new InFlight(start, call, false));
      }
      case Effect.Deadline _, Effect.GiveUp _ ->
          inFlight.put(effect.key(), new InFlight(effect, null, true));
      default -> {}
    }
    return false;
  }

  void intend(Effect.AskModel ask) {
    inFlight.put(ask.key(), new InFlight(ask, null, true));
    record(new Event.ModelAsked(ask.turn(), ask.attempt(), ask.target(), "model"));
  }

  /** Whether the rules have come to forbid a call that is about to be sent. */
  abstract boolean forbiddenByNow(Call call);

  void send(Effect.Start start, Call call) {
    if (forbiddenByNow(call)) {
      inFlight.remove(start.key());
      record(new Event.Ruled(call.id(), Verdict.DENY, "a guard", null, List.of()));
      return;
    }
    inFlight.put(start.key(), new InFlight(start, call, true));
    var started = new Event.CallStarted(call.id(), call.tool(), start.attempt(), start.eager());
    watch.starts(state, started);
    record(started);
  }

  private boolean think(Effect effect) {
    switch (effect) {
      case Effect.Check(var calls) -> calls.forEach(id -> record(check(callOf(id))));
      case Effect.Rule(var id) -> record(rule(callOf(id)));
      case Effect.AskHuman(var id) -> record(ask(callOf(id)));
      case Effect.AskInput(var id) ->
          record(new Event.InputRequested(id, callOf(id).tool(), "Which?", null));
      case Effect.Adopt(var id, var from, var result) ->
          record(new Event.CallAdopted(id, callOf(id).tool(), from, result));
      case Effect.Answer(var id, var outcome, var result, var why) -> {
        var call = callOf(id);
        record(
            new Event.CallReturned(
                id, call.tool(), call.attempt(), outcome, result, 0, 0, false, why, false));
      }
      case Effect.CheckOutput(var turn, var text) -> {
        var problems = outputProblems(text);
        record(new Event.OutputChecked(turn, new Json(text), problems));
      }
      case Effect.FallBack(var from, var used, var detail) ->
          record(new Event.FellBack(from, used, detail));
      case Effect.Rest(var stop) ->
          record(stop.terminal() ? new Event.Stopped(stop) : new Event.Suspended(stop));
      case Effect.Begin(var run) -> {
        var queued = state.queue().getFirst().queued();
        record(run, new Event.Asked(pin, queued.input(), queued.metadata(), queued.by()));
      }
      case Effect.AskModel _, Effect.Start _, Effect.Deadline _, Effect.GiveUp _ -> {
        return false;
      }
    }
    return true;
  }

  Call callOf(String id) {
    return state.call(id).orElseThrow();
  }

  private Event rule(Call call) {
    return new Event.Ruled(call.id(), verdict(call), "a rule", null, List.of());
  }

  private Event ask(Call call) {
    return new Event.ApprovalRequested(
        call.id(), call.tool(), call.args(), "digest", "a rule", null);
  }

  /** What a check that finds nothing says; calls of {@code book} hold their arguments alone. */
  static Event.Checked valid(Call call) {
    var args = new Json(call.call().arguments());
    var keys = call.tool().equals("book") ? List.of(args.text()) : List.<String>of();
    return new Event.Checked(call.id(), call.tool(), args, "digest", keys, List.of(), 1, null);
  }

  static Event.Checked invalid(Call call, String problem) {
    return new Event.Checked(call.id(), call.tool(), null, "", List.of(), List.of(), 1, problem);
  }
}
