package io.tidegate.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.conversation.Finish;
import io.tidegate.conversation.Json;
import io.tidegate.conversation.Message;
import io.tidegate.conversation.ModelFailure;
import io.tidegate.conversation.ModelFailure.Kind;
import io.tidegate.conversation.Part;
import io.tidegate.conversation.Reply;
import io.tidegate.conversation.ToolCall;
import io.tidegate.conversation.ToolResult;
import io.tidegate.conversation.Usage;
import io.tidegate.conversation.Usd;
import io.tidegate.loop.Event.Resolution;
import io.tidegate.loop.Pin.Verdict;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;

/**
 * A run that a test plays step by step. A call is written as {@code tool:n}, where n is its only
 * argument, and named {@code c1}, {@code c2} … by its ordinal in the run.
 */
final class Play extends PureShell {
  private static final Usage USAGE = new Usage(60, 0, 0, 40, 0);
  private static final Usd COST = Usd.parse("0.01");

  private final Map<String, Verdict> verdicts = new HashMap<>();
  private final Queue<List<String>> outputProblems = new ArrayDeque<>();
  private final Set<String> guarded = new HashSet<>();
  private int sealed;

  private Play(Pin pin) {
    super(pin);
  }

  static Play of(Pin pin) {
    var play = new Play(pin);
    play.begin();
    return play;
  }

  static Play of(Limits limits) {
    return of(Pins.of(limits));
  }

  static Play begun() {
    return of(Limits.DEFAULT);
  }

  /** What the rules say about a tool's calls from now on. */
  Play rule(String tool, Verdict verdict) {
    verdicts.put(tool, verdict);
    return this;
  }

  /** The guard of the tool's rule does not hold from now on. */
  Play forbid(String tool) {
    guarded.add(tool);
    return this;
  }

  /** What the next checks of the output find. */
  Play outputHas(List<String> problems) {
    outputProblems.add(problems);
    return this;
  }

  // The model

  Play says(String text, String... calls) {
    return replies(calls.length == 0 ? Finish.END : Finish.CALLS, text, calls);
  }

  Play replies(Finish finish, String text, String... calls) {
    int first = state().nextOrdinal() - sealed;
    var parts = new ArrayList<Part>();
    parts.add(new Part.Text(text));
    for (int i = 0; i < calls.length; i++) {
      parts.add(new Part.Call(call(first + i, calls[i])));
    }
    sealed = 0;
    var ask = asked();
    var reply = new Reply(parts, finish, USAGE, "model");
    return does(new Event.Replied(ask.turn(), ask.attempt(), reply, COST), ask);
  }

  /** The first calls of the reply are complete, in their order. */
  Play seals(String... calls) {
    for (var call : calls) {
      sealsAt(0, call);
    }
    return this;
  }

  /** A call is complete that comes after so many others of the reply which can't start early. */
  Play sealsAt(int behind, String call) {
    var ask = asked();
    int ordinal = state().nextOrdinal() + behind;
    sealed += 1 + behind;
    return does(new Event.Sealed(ask.turn(), ask.attempt(), call(ordinal, call)), null);
  }

  Play breaks() {
    return breaks(Kind.UNREACHABLE, null);
  }

  Play breaksAndIsAskedAgain() {
    return breaks(Kind.UNREACHABLE, new Event.Again(0, 0));
  }

  Play breaks(Kind kind, Event.Again again) {
    sealed = 0;
    var ask = asked();
    var failure = ModelFailure.of(kind, "It broke.");
    return does(new Event.ModelFailed(ask.turn(), ask.attempt(), failure, again), ask);
  }

  private ToolCall call(int ordinal, String spec) {
    var colon = spec.indexOf(':');
    var id = ToolCall.id(state().run(), ordinal);
    return new ToolCall(
        id, "w", spec.substring(0, colon), "{\"n\":" + spec.substring(colon + 1) + "}");
  }

  private Effect.AskModel asked() {
    return inFlight.values().stream()
        .filter(InFlight::sent)
        .map(InFlight::effect)
        .filter(Effect.AskModel.class::isInstance)
        .map(Effect.AskModel.class::cast)
        .findFirst()
        .orElseThrow(() -> new AssertionError("the model is not being asked: " + state().stop()));
  }

  boolean isAsked() {
    return inFlight.values().stream().anyMatch(it -> it.effect() instanceof Effect.AskModel);
  }

  // Tools

  Play succeeds(String... calls) {
    for (var call : calls) {
      returns(call, Outcome.SUCCEEDED, "{\"of\":\"" + call + "\"}");
    }
    return this;
  }

  Play returns(String call, Outcome outcome, String result) {
    return returns(call, outcome, null, result);
  }

  Play fails(String call, FailureClass why, String result) {
    return returns(call, Outcome.FAILED, why, result);
  }

  private Play returns(String call, Outcome outcome, FailureClass why, String result) {
    var start =
        inFlight.values().stream()
            .filter(it -> it.effect() instanceof Effect.Start && it.call().id().equals(id(call)))
            .map(it -> (Effect.Start) it.effect())
            .findFirst()
            .orElseThrow(() -> new AssertionError(call + " is not running"));
    var of = state().anyCall(id(call)).orElseThrow();
    return does(
        new Event.CallReturned(
            of.id(),
            of.tool(),
            start.attempt(),
            outcome,
            new Json(result),
            1,
            5,
            false,
            why,
            false),
        start);
  }

  /** The calls that were sent and did not return, by name. */
  List<String> running() {
    return inFlight.values().stream()
        .filter(it -> it.effect() instanceof Effect.Start && it.sent())
        .map(it -> name(it.call().id()))
        .toList();
  }

  Call.Status status(String call) {
    return state().anyCall(id(call)).orElseThrow().status();
  }

  // People, time, crashes

  Play approves(String call) {
    return does(new Event.Decided(id(call), true, false, "", "test"), null);
  }

  Play denies(String call) {
    return does(new Event.Decided(id(call), false, false, "", "test"), null);
  }

  Play answers(String call, String answer) {
    var of = state().call(id(call)).orElseThrow();
    return does(new Event.InputAnswered(of.id(), of.tool(), new Json(answer), "test"), null);
  }

  Play expires(String call) {
    return does(new Event.Expired(id(call)), null);
  }

  Play outcome(String call, Resolution resolution) {
    var result = resolution == Resolution.HAPPENED ? new Json("\"posted\"") : null;
    return does(new Event.OutcomeDecided(id(call), resolution, result, "", "test"), null);
  }

  Play cancels() {
    return does(new Event.Cancelled(StopReason.CANCELLED, "Enough.", "test"), null);
  }

  Play deadlinePasses() {
    return does(new Event.DeadlinePassed(), null);
  }

  Play reopens(Limits.Change limits) {
    return does(new Event.Reopened(limits, "", "test"), null);
  }

  Play passes(long ms) {
    now += ms;
    return this;
  }

  Play crashes() {
    sealed = 0;
    crash();
    settle();
    return this;
  }

  Play givesUp(String call) {
    var of = state().call(id(call)).orElseThrow();
    return does(
        new Event.CallReturned(
            of.id(), of.tool(), of.attempt(), Outcome.UNKNOWN, Json.NULL, 0, 0, false),
        new Effect.GiveUp(of.id(), of.attempt(), of.overAt()));
  }

  Play queues(String run, boolean ahead) {
    record(
        run, new Event.Queued("agent", run, Limits.Change.NONE, Json.EMPTY_OBJECT, ahead, "test"));
    settle();
    return this;
  }

  private Play does(Event event, Effect over) {
    if (over != null) {
      assertThat(inFlight.remove(over.key())).as("%s is under way", over).isNotNull();
    }
    record(event);
    settle();
    return this;
  }

  // What came of it

  Stop stop() {
    assertThat(state().stop()).as("the run goes on: %s", AgentLoop.next(state())).isNotNull();
    return state().stop();
  }

  /** What the model was told about the calls of its last reply with calls, by name. */
  Map<String, ToolResult> told() {
    var told = new HashMap<String, ToolResult>();
    lastResults().orElseThrow().results().forEach(it -> told.put(name(it.call()), it));
    return told;
  }

  private Optional<Message.Results> lastResults() {
    return state().transcript().stream()
        .filter(Message.Results.class::isInstance)
        .map(Message.Results.class::cast)
        .reduce((_, last) -> last);
  }

  /** What Tidegate and the user said to the model. */
  List<String> userSaid() {
    return state().transcript().stream()
        .filter(Message.User.class::isInstance)
        .map(it -> ((Message.User) it).text())
        .toList();
  }

  long left() {
    return AgentLoop.next(state()).stream()
        .filter(Effect.Deadline.class::isInstance)
        .mapToLong(it -> ((Effect.Deadline) it).leftMs())
        .findFirst()
        .orElseThrow();
  }

  private String id(String call) {
    return state().run() + "-" + call;
  }

  private static String name(String id) {
    return Arrays.asList(id.split("-")).getLast();
  }

  @Override
  Event.Checked check(Call call) {
    return call.contract() == null ? invalid(call, "There is no such tool.") : valid(call);
  }

  @Override
  Verdict verdict(Call call) {
    return verdicts.getOrDefault(call.tool(), Verdict.ALLOW);
  }

  @Override
  List<String> outputProblems(String text) {
    var problems = outputProblems.poll();
    return problems == null ? List.of() : problems;
  }

  @Override
  boolean forbiddenByNow(Call call) {
    return guarded.contains(call.tool());
  }

  @Override
  boolean slotIsFree() {
    return true;
  }
}
