package io.tidegate.loop;

import io.tidegate.conversation.Contract;
import io.tidegate.conversation.Finish;
import io.tidegate.conversation.Json;
import io.tidegate.conversation.ModelFailure;
import io.tidegate.conversation.Part;
import io.tidegate.conversation.Reply;
import io.tidegate.conversation.ToolCall;
import io.tidegate.conversation.Usage;
import io.tidegate.conversation.Usd;
import io.tidegate.loop.Pin.Verdict;
import io.tidegate.loop.RunState.Phase;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Performs what the loop wants without a shell: models, tools, people, crashes and time are choices
 * from a tape. After the tape's end the world does nothing but the plain.
 */
final class Simulation extends PureShell {
  private static final int MOST_STEPS_AFTER_TAPE = 3_000;

  private static final ModelFailure BROKEN =
      ModelFailure.of(ModelFailure.Kind.UNREACHABLE, "It broke.");

  private final Tape tape;
  private final Map<String, Streaming> streaming = new HashMap<>();
  private int runs = 1;

  Simulation(Pin pin, Tape tape) {
    super(pin);
    this.tape = tape;
  }

  /** A reply that the model is making, and how many of its calls it has sealed. */
  private static final class Streaming {
    final Reply reply;
    int sealed;

    Streaming(Reply reply) {
      this.reply = reply;
    }
  }

  /** Lives until nothing is left to happen. */
  void live() {
    begin();
    int stepsAfterTape = 0;
    while (step()) {
      if (tape.ended() && ++stepsAfterTape > MOST_STEPS_AFTER_TAPE) {
        throw new AssertionError("the run does not come to rest: " + AgentLoop.next(state()));
      }
    }
    watch.atRest(entries(), state());
  }

  private boolean step() {
    now += tape.choose(40);
    var options = tape.seldom(10) ? upheavals() : List.<Runnable>of();
    if (options.isEmpty()) {
      options = ordinary();
    }
    if (options.isEmpty()) {
      return false;
    }
    options.get(tape.choose(options.size())).run();
    settle();
    return true;
  }

  private List<Runnable> ordinary() {
    var options = new ArrayList<Runnable>();
    for (var flight : List.copyOf(inFlight.values())) {
      switch (flight.effect()) {
        case Effect.AskModel ask -> options.add(() -> goOn(flight, ask));
        case Effect.Start start -> options.add(() -> goOn(flight, start));
        case Effect.GiveUp giveUp -> options.add(() -> giveUp(giveUp));
        default -> {}
      }
    }
    for (var call : state().calls()) {
      if (call.status() == Call.Status.AWAITING_APPROVAL) {
        options.add(() -> decide(call));
      } else if (call.status() == Call.Status.AWAITING_INPUT) {
        options.add(() -> answer(call));
      } else if (asksForOutcome(call)) {
        options.add(() -> settle(call));
      }
    }
    if (state().phase() == Phase.SUSPENDED && !tape.ended()) {
      options.add(this::reopen);
    }
    return options;
  }

  private static boolean asksForOutcome(Call call) {
    return call.status() == Call.Status.UNKNOWN && call.settled() == null;
  }

  private List<Runnable> upheavals() {
    var options = new ArrayList<Runnable>();
    options.add(this::crash);
    options.add(this::enqueue);
    if (state().phase() != Phase.IDLE) {
      options.add(() -> cancel(StopReason.CANCELLED));
    }
    if (inFlight.values().stream().anyMatch(it -> it.effect() instanceof Effect.Deadline)) {
      options.add(() -> record(new Event.DeadlinePassed()));
    }
    for (var late : List.copyOf(lates)) {
      options.add(() -> comeLate(late));
    }
    return options;
  }

  // Models

  private void goOn(InFlight flight, Effect.AskModel ask) {
    if (!flight.sent()) {
      intend(ask);
      return;
    }
    var stream = streaming.computeIfAbsent(state().run() + ask.key(), _ -> new Streaming(reply()));
    var calls = Part.calls(stream.reply.parts());
    if (tape.seldom(6)) {
      end(ask, new Event.ModelFailed(ask.turn(), ask.attempt(), BROKEN, again()));
    } else if (stream.sealed < calls.size() && tape.choose(3) < 2) {
      var call = calls.get(stream.sealed++);
      if (pin.contract(call.tool()).filter(Contract::eager).isPresent()) {
        record(new Event.Sealed(ask.turn(), ask.attempt(), call));
      }
    } else {
      end(ask, new Event.Replied(ask.turn(), ask.attempt(), stream.reply, new Usd(1_000)));
    }
  }

  private void end(Effect.AskModel ask, Event how) {
    inFlight.remove(ask.key());
    record(how);
  }

  private Event.Again again() {
    return tape.choose(3) == 2 ? null : new Event.Again(tape.choose(2), tape.choose(2));
  }

  private Reply reply() {
    var parts = new ArrayList<Part>();
    parts.add(new Part.Text("words"));
    int count = tape.choose(6);
    for (int i = 0; i < count; i++) {
      var id = ToolCall.id(state().run(), state().nextOrdinal() + i);
      parts.add(new Part.Call(new ToolCall(id, "w" + i, tool(), "{\"n\":" + tape.choose(2) + "}")));
    }
    return new Reply(parts, finish(count), new Usage(10, 0, 0, 10, 0), "model");
  }

  private String tool() {
    int index = tape.choose(Tools.ALL.size() * 3 + 1);
    return index == Tools.ALL.size() * 3 ? "ghost" : Tools.ALL.get(index % Tools.ALL.size()).name();
  }

  private Finish finish(int calls) {
    return switch (tape.choose(16)) {
      case 13 -> Finish.LENGTH;
      case 14 -> Finish.REFUSED;
      case 15 -> Finish.PAUSED;
      default -> calls == 0 ? Finish.END : Finish.CALLS;
    };
  }

  // Tools

  private void goOn(InFlight flight, Effect.Start start) {
    if (!flight.sent()) {
      send(start, flight.call());
      return;
    }
    inFlight.remove(start.key());
    var outcome =
        switch (tape.choose(8)) {
          case 5 -> Outcome.FAILED;
          case 6 -> Outcome.TIMED_OUT;
          case 7 -> Outcome.UNKNOWN;
          default -> Outcome.SUCCEEDED;
        };
    record(returned(flight.call(), start.attempt(), outcome, false));
  }

  private Event.CallReturned returned(Call call, int attempt, Outcome outcome, boolean late) {
    var result = new Json("{\"by\":" + tape.choose(2) + "}");
    return new Event.CallReturned(call.id(), call.tool(), attempt, outcome, result, 1, 5, late);
  }

  private void giveUp(Effect.GiveUp giveUp) {
    inFlight.remove(giveUp.key());
    now = Math.max(now, giveUp.at());
    var call = state().call(giveUp.call()).orElseThrow();
    record(returned(call, giveUp.attempt(), Outcome.UNKNOWN, false));
  }

  private void comeLate(Late late) {
    lates.remove(late);
    record(late.run(), returned(late.call(), late.call().attempt(), Outcome.SUCCEEDED, true));
  }

  // People

  private void decide(Call call) {
    int what = tape.choose(4);
    if (what == 3) {
      record(new Event.Expired(call.id()));
    } else {
      record(new Event.Decided(call.id(), what < 2, false, "", "test"));
    }
  }

  private void answer(Call call) {
    var answer = new Json(Integer.toString(tape.choose(3)));
    record(new Event.InputAnswered(call.id(), call.tool(), answer, "test"));
  }

  private void settle(Call call) {
    var resolution =
        switch (tape.choose(3)) {
          case 1 -> Event.Resolution.RERUN;
          case 2 -> Event.Resolution.FAILED;
          default -> Event.Resolution.HAPPENED;
        };
    record(new Event.OutcomeDecided(call.id(), resolution, null, "", "test"));
  }

  private void reopen() {
    var limits = state().limits();
    var more =
        new Limits.Change(
            limits.steps() + 1,
            limits.toolCalls() + 2,
            null,
            new Usd(1_000_000),
            null,
            null,
            null,
            null);
    record(new Event.Reopened(more, "", "test"));
  }

  private void cancel(StopReason reason) {
    record(new Event.Cancelled(reason, "Enough.", "test"));
  }

  private void enqueue() {
    if (runs >= 4) {
      return;
    }
    var run = "r" + ++runs;
    boolean ahead = tape.choose(2) == 1;
    record(
        run,
        new Event.Queued("agent", "More.", Limits.Change.NONE, Json.EMPTY_OBJECT, ahead, "test"));
    if (ahead && state().phase() != Phase.IDLE) {
      cancel(StopReason.INTERRUPTED);
    }
  }

  // What checks and rules find

  @Override
  Event.Checked check(Call call) {
    return call.contract() == null || tape.seldom(9) ? invalid(call, "It is wrong.") : valid(call);
  }

  @Override
  Verdict verdict(Call call) {
    return switch (tape.choose(8)) {
      case 5, 6 -> Verdict.ASK;
      case 7 -> Verdict.DENY;
      default -> Verdict.ALLOW;
    };
  }

  @Override
  List<String> outputProblems(String text) {
    return tape.seldom(3) ? List.of("$: is wrong") : List.of();
  }

  @Override
  boolean forbiddenByNow(Call call) {
    return tape.seldom(9);
  }

  @Override
  boolean slotIsFree() {
    return tape.choose(4) < 3;
  }
}
