package io.tidegate.loop;

import io.tidegate.conversation.Finish;
import io.tidegate.conversation.Json;
import io.tidegate.conversation.Message;
import io.tidegate.conversation.Part;
import io.tidegate.conversation.Reply;
import io.tidegate.conversation.ToolCall;
import io.tidegate.conversation.ToolResult;
import io.tidegate.conversation.Usage;
import io.tidegate.conversation.Usd;
import io.tidegate.loop.Event.Asked;
import io.tidegate.loop.Event.CallAdopted;
import io.tidegate.loop.Event.CallReturned;
import io.tidegate.loop.Event.Cancelled;
import io.tidegate.loop.Event.DeadlinePassed;
import io.tidegate.loop.Event.ModelFailed;
import io.tidegate.loop.Event.OutcomeDecided;
import io.tidegate.loop.Event.OutputChecked;
import io.tidegate.loop.Event.Queued;
import io.tidegate.loop.Event.Reopened;
import io.tidegate.loop.Event.Replied;
import io.tidegate.loop.Event.Resolution;
import io.tidegate.loop.Event.Sealed;
import io.tidegate.loop.RunState.Phase;
import io.tidegate.loop.RunState.Waiting;
import io.tidegate.loop.Turn.Stage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What each event means: the one place where the state changes. Works on a fresh copy that nobody
 * else has seen.
 */
final class Fold {
  /**
   * To be raised with every change of what an event means or of what a state holds: states that
   * were kept are then folded anew instead of read.
   */
  static final int VERSION = 2;

  private final RunState state;

  Fold(RunState fresh) {
    state = fresh;
  }

  void apply(Entry entry, long before) {
    switch (entry.event()) {
      case Event.Opened opened -> {
        state.agent = opened.agent();
        state.data = opened.state();
      }
      case Event.Forked forked -> leaveBehind(forked);
      case Queued queued -> enqueue(new Waiting(entry.run(), queued, entry.at()));
      case Asked asked -> begin(entry, asked);
      case Event.ModelAsked asked -> {
        state.turn = state.turn.asked(asked);
        state.spending = state.spending.asked(asked.estimate());
      }
      case ModelFailed failed -> failed(failed);
      case Sealed(int _, int _, ToolCall call) -> state.turn = state.turn.plus(propose(call, true));
      case Replied replied -> replied(replied);
      case Event.Checked checked -> checked(checked);
      case Event.Ruled ruled -> change(ruled.call(), call -> call.with(ruled));
      case Event.ApprovalRequested asked ->
          change(asked.call(), call -> call.awaiting(asked, state.at));
      case Event.InputRequested asked ->
          change(asked.call(), call -> call.awaiting(asked, state.at));
      case Event.InputAnswered answered -> answered(entry, answered);
      case Event.Decided decided -> {
        var status = decided.approved() ? Call.Status.APPROVED : Call.Status.DENIED;
        decide(entry, decided.call(), status);
      }
      case Event.Expired(var call) -> decide(entry, call, Call.Status.EXPIRED);
      case Event.CallStarted started ->
          change(started.call(), call -> call.started(started, state.at));
      case CallReturned returned -> returned(entry, returned);
      case CallAdopted adopted -> adopted(adopted);
      case OutcomeDecided decided -> settle(entry, decided);
      case OutputChecked checked -> outputChecked(checked);
      case Cancelled cancelled -> end(entry, cancelled);
      case DeadlinePassed passed -> end(entry, passed);
      case Event.Resumed _ -> takeUp(before);
      case Reopened reopened -> reopen(reopened);
      case Event.FellBack fell -> fellBack(entry, fell);
      case Event.StateSet(var value, var _) -> state.data = value;
      case Event.BudgetRefused refused -> state.spending = state.spending.refused(refused);
      case Event.BudgetWarned _ -> {}
      case Event.Rewound _ -> state.rewinds++;
      case Event.Suspended(var where) -> rest(Phase.SUSPENDED, where);
      case Event.Stopped(var where) -> stopped(entry, where);
    }
  }

  private void begin(Entry entry, Asked asked) {
    if (state.phase != Phase.IDLE) {
      throw LoopException.illegal(state, entry, "run '" + state.run + "' is under way");
    }
    forget(entry.run());
    state.run = entry.run();
    state.pin = asked.pin();
    state.principal = asked.by();
    state.input = asked.input();
    state.trace = asked.trace();
    state.agent = state.agent.isEmpty() ? asked.pin().agent() : state.agent;
    state.transcript = with(state.transcript, new Message.User(asked.input()));
    state.phase = Phase.RUNNING;
    state.turn = Turn.first(1);
    state.steps = 0;
    state.toolCalls = 0;
    state.toolCallsUsedUp = false;
    state.toolCallsRefused = false;
    state.ordinals = 0;
    state.usage = Usage.NONE;
    state.cost = Usd.ZERO;
    state.spending = Spending.NONE;
    state.activeMs = 0;
    state.activeSince = state.at;
    state.repetition = Repetition.NONE;
    state.failures = Failures.NONE;
    state.badAnswers = BadAnswers.NONE;
    state.fellBack = null;
    state.cutBy = null;
    state.outputTries = 0;
    state.output = null;
    state.ending = null;
    state.stop = null;
  }

  private void enqueue(Waiting waiting) {
    var longer = new ArrayList<>(state.queue);
    longer.add(waiting.queued().ahead() ? 0 : longer.size(), waiting);
    state.queue = List.copyOf(longer);
  }

  private void failed(ModelFailed failed) {
    if (!failed.free()) {
      countEstimate();
    }
    var again = failed.again();
    state.turn =
        again == null
            ? state.turn.failed(failed.failure())
            : state.turn.again(again.target(), again.delayMs());
  }

  private Event.@Nullable Read read(Replied replied) {
    var usage = replied.reply().usage();
    return replied.read() != null || usage == null
        ? replied.read()
        : new Event.Read(state.turn.target(), usage.input());
  }

  private Usage used(Reply reply) {
    var estimate = state.spending.asked();
    if (reply.usage() != null) {
      return reply.usage();
    }
    return estimate == null ? Usage.NONE : used(estimate);
  }

  private static Usage used(Event.Estimate estimate) {
    return new Usage(estimate.input(), 0, 0, estimate.output(), 0);
  }

  /** Of an attempt that was given up nobody knows the cost: it counts as what was reserved. */
  private void countEstimate() {
    var estimate = state.spending.asked();
    if (estimate != null && state.turn.stage() == Stage.ASKING) {
      state.usage = state.usage.plus(used(estimate));
      state.cost = state.cost.plus(estimate.cost());
    }
  }

  private Call propose(ToolCall call, boolean eager) {
    boolean overLimit = state.toolCalls >= state.limits().toolCalls();
    state.toolCalls += overLimit ? 0 : 1;
    // A voided reply may have sealed its third call alone: the first two ordinals are gone too.
    state.ordinals = Math.max(state.ordinals, call.ordinal());
    return Call.proposed(call, state.contract(call.tool()).orElse(null), overLimit, eager);
  }

  private void replied(Replied replied) {
    var reply = replied.reply();
    state.steps++;
    state.usage = state.usage.plus(used(reply));
    state.cost = state.cost.plus(replied.cost());
    state.spending = state.spending.replied(read(replied), state.transcript.size());
    state.transcript = with(state.transcript, new Message.Assistant(reply.parts()));
    var calls = new ArrayList<Call>();
    for (var call : Part.calls(reply.parts())) {
      calls.add(
          state.turn.calls().stream()
              .filter(known -> known.id().equals(call.id()))
              .findFirst()
              .orElseGet(() -> propose(call, false)));
    }
    state.turn = state.turn.replied(reply, calls);
    if (calls.isEmpty() && reply.finish() == Finish.PAUSED) {
      state.turn = Turn.first(state.turn.number() + 1);
    }
    closeTurn();
  }

  /** A person may have edited the arguments, and with them what the call shares with others. */
  private void checked(Event.Checked checked) {
    change(checked.call(), call -> call.with(checked));
    state.turn = state.turn.plannedAgain();
  }

  private void decide(Entry entry, String id, Call.Status status) {
    if (state.call(id).map(Call::status).orElse(null) != Call.Status.AWAITING_APPROVAL) {
      throw LoopException.illegal(state, entry, "call '" + id + "' does not wait for a decision");
    }
    change(id, call -> call.with(status));
    wake();
  }

  private void answered(Entry entry, Event.InputAnswered answered) {
    var id = answered.call();
    if (state.call(id).map(Call::status).orElse(null) != Call.Status.AWAITING_INPUT) {
      throw LoopException.illegal(state, entry, "call '" + id + "' does not wait for an answer");
    }
    wake();
    answer(id, Call.Status.SUCCEEDED, answered.answer());
  }

  private void returned(Entry entry, CallReturned returned) {
    if (returned.late()) {
      return;
    }
    var known = state.anyCall(returned.call()).orElse(null);
    if (known == null || known.answered()) {
      throw LoopException.illegal(
          state, entry, "call '" + returned.call() + "' does not wait for a result");
    }
    if (returned.tries() > 0 && known.contract() != null) {
      state.cost = state.cost.plus(known.contract().price());
    }
    if (state.call(returned.call()).isPresent()) {
      state.failures = state.failures.after(known, returned);
      state.badAnswers = state.badAnswers.after(known, returned);
    }
    // A result may still come in for a call that people were asked about.
    wake();
    answer(returned.call(), Call.Status.of(returned.outcome()), returned.result());
  }

  private void answer(String id, Call.Status status, Json result) {
    if (status == Call.Status.UNKNOWN) {
      change(id, call -> call.with(status));
      dropUseless();
      return;
    }
    change(id, call -> call.answered(status, result));
    dropUseless();
    closeTurn();
  }

  /** A voided call that failed is of no use to a later one. */
  private void dropUseless() {
    var useful =
        state.turn.voided().stream()
            .filter(call -> call.running() || call.status() == Call.Status.SUCCEEDED)
            .toList();
    if (useful.size() < state.turn.voided().size()) {
      state.turn = state.turn.with(state.turn.calls(), useful);
    }
  }

  private void adopted(CallAdopted adopted) {
    var others =
        state.turn.voided().stream().filter(call -> !call.id().equals(adopted.from())).toList();
    state.turn = state.turn.with(state.turn.calls(), others);
    state.failures = state.failures.afterSuccess();
    answer(adopted.call(), Call.Status.SUCCEEDED, adopted.result());
  }

  private void settle(Entry entry, OutcomeDecided decided) {
    var known = state.call(decided.call()).orElse(null);
    if (known == null || known.status() != Call.Status.UNKNOWN || known.settled() != null) {
      throw LoopException.illegal(
          state, entry, "nobody asks what became of call '" + decided.call() + "'");
    }
    if (decided.resolution() == Resolution.RERUN) {
      change(decided.call(), call -> call.with(Call.Status.APPROVED));
    } else {
      change(decided.call(), call -> call.settled(decided));
    }
    wake();
  }

  /** When every call has its result, the model can be told. */
  private void closeTurn() {
    if (state.turn.stage() != Stage.REPLIED
        || state.turn.calls().isEmpty()
        || !state.turn.allAnswered()) {
      return;
    }
    var calls = state.turn.calls();
    state.transcript = with(state.transcript, new Message.Results(told(calls)));
    noteLimit(calls);
    state.cutBy = cutBy(state.turn.reply());
    var before = state.repetition;
    state.repetition = state.repetition.after(calls, state.limits().repeats());
    if (state.repetition.told()
        && !before.told()
        && !state.repetition.hopeless(state.limits().repeats())) {
      state.transcript = with(state.transcript, new Message.User(goingInCircles()));
    }
    state.turn = Turn.first(state.turn.number() + 1);
  }

  /** A model that was told that the limit is reached has one reply to conclude. */
  private void noteLimit(List<Call> calls) {
    boolean told = state.toolCallsRefused;
    state.toolCallsUsedUp = told && calls.stream().allMatch(Call::overLimit);
    state.toolCallsRefused = told || calls.stream().anyMatch(Call::overLimit);
  }

  private static @Nullable Finish cutBy(@Nullable Reply reply) {
    return reply != null && reply.finish().cutOff() ? reply.finish() : null;
  }

  private String goingInCircles() {
    return ("The same tool calls have now given the same results %d times in a row. Repeating them"
            + " will not help: change the arguments, use another tool, or answer with what you"
            + " know.")
        .formatted(state.limits().repeats());
  }

  private List<ToolResult> told(List<Call> calls) {
    var told = new ArrayList<ToolResult>();
    var warned = new HashSet<String>();
    for (var call : calls.reversed()) {
      boolean error = call.status() == Call.Status.FAILED && call.attempt() > 0;
      var warning =
          error && warned.add(call.tool())
              ? state.badAnswers.warning(call)
              : Optional.<String>empty();
      told.addFirst(told(call, warning));
    }
    return told;
  }

  private static ToolResult told(Call call, Optional<String> warning) {
    var result = call.result() == null ? Json.NULL : call.result();
    return new ToolResult(
        call.id(),
        call.status() != Call.Status.SUCCEEDED,
        warning.map(sentence -> warned(result, sentence)).orElse(result));
  }

  private static Json warned(Json result, String sentence) {
    return new Json(
        "{\"result\":" + result.text() + ",\"warning\":" + Json.string(sentence).text() + "}");
  }

  private void outputChecked(OutputChecked checked) {
    state.output = checked;
    state.outputTries++;
    if (!checked.problems().isEmpty() && state.outputTries < state.requirePin().outputAttempts()) {
      askForBetter(checked);
    }
  }

  private void askForBetter(OutputChecked checked) {
    var problems = String.join("\n", checked.problems());
    state.transcript =
        with(
            state.transcript,
            new Message.User(
                "Your answer does not follow the required JSON Schema:\n"
                    + problems
                    + "\nAnswer again with the corrected JSON document and nothing else."));
    state.output = null;
    state.turn = Turn.first(state.turn.number() + 1);
  }

  private void end(Entry entry, Event why) {
    if (!entry.run().equals(state.run) || state.phase == Phase.IDLE) {
      return;
    }
    // A run that waits because its deadline passed can still be cancelled.
    state.ending = state.ending instanceof Cancelled ? state.ending : why;
    wake();
    if (state.turn.stage() != Stage.REPLIED) {
      countEstimate();
      state.turn = state.turn.dropped();
    }
  }

  /** A process takes the run up: what it did not see end did not happen, or nobody knows. */
  private void takeUp(long before) {
    if (state.phase != Phase.RUNNING) {
      return;
    }
    state.activeMs += before - state.activeSince;
    state.activeSince = state.at;
    if (state.turn.stage() == Stage.ASKING) {
      countEstimate();
      state.turn = state.turn.again(state.turn.target(), 0);
    }
    // That a process died says nothing about the target which it asked.
    state.turn = state.turn.untried();
    var alive = state.turn.voided().stream().filter(call -> !call.running()).toList();
    state.turn = state.turn.with(state.turn.calls().stream().map(Fold::takenUp).toList(), alive);
  }

  private static Call takenUp(Call call) {
    if (!call.running()) {
      return call;
    }
    return call.with(call.writes() ? Call.Status.ORPHANED : Call.Status.APPROVED);
  }

  private void reopen(Reopened reopened) {
    state.pin = state.requirePin().withLimits(state.limits().with(reopened.limits()));
    wake();
    state.ending = null;
    state.spending = state.spending.reopened();
    state.repetition = Repetition.NONE;
    state.failures = Failures.NONE;
    state.badAnswers = BadAnswers.NONE;
    state.toolCallsUsedUp = false;
    state.toolCallsRefused = false;
    if (state.turn.stage() == Stage.FAILED) {
      state.turn = state.turn.again(0, 0);
    }
    if (state.output != null && !state.output.problems().isEmpty()) {
      state.outputTries = 0;
      askForBetter(state.output);
    }
  }

  private void fellBack(Entry entry, Event.FellBack fell) {
    var before = state.requirePin();
    state.fellBack = fell.used();
    switch (before.fallback()) {
      case Fallback.Another(var pin) -> goOnBy(before, pin);
      case Fallback.Answer(var _, var text) ->
          state.transcript =
              with(state.transcript, new Message.Assistant(List.of(new Part.Text(text))));
      case null -> throw LoopException.illegal(state, entry, "its agent has no fallback");
    }
  }

  /** What belongs to the session stays as it is: its transcript, and what its state may be. */
  private void goOnBy(Pin before, Pin pin) {
    var far = state.stopFor(StopReason.INTERRUPTED, "", false, null, "");
    state.pin = pin.withState(before.state()).withLimits(pin.limits().from(before.limits(), far));
    state.repetition = Repetition.NONE;
    state.failures = Failures.NONE;
    state.badAnswers = BadAnswers.NONE;
    // What a provider counted was another agent's question.
    state.spending = Spending.NONE;
    state.toolCallsUsedUp = false;
    state.toolCallsRefused = false;
    state.outputTries = 0;
    state.output = null;
    state.turn = state.turn.elsewhere();
  }

  private void wake() {
    if (state.phase == Phase.SUSPENDED) {
      state.phase = Phase.RUNNING;
      state.activeSince = state.at;
      state.stop = null;
    }
  }

  private void rest(Phase resting, Stop where) {
    state.activeMs = state.activeMsSoFar();
    state.phase = resting;
    state.stop = where;
    state.activeSince = state.at;
  }

  private void stopped(Entry entry, Stop where) {
    if (entry.run().equals(state.run)) {
      answerOpen("The run ended before this call did.");
      rest(Phase.IDLE, where);
    } else {
      forget(entry.run());
    }
  }

  private void forget(String queuedRun) {
    state.queue = state.queue.stream().filter(waiting -> !waiting.run().equals(queuedRun)).toList();
  }

  /**
   * A fork takes the state.transcript along, but neither calls in flight nor questions to people
   * nor the state.queue.
   */
  private void leaveBehind(Event.Forked forked) {
    state.queue = List.of();
    if (state.phase == Phase.IDLE) {
      return;
    }
    answerOpen("Not carried over into the fork.");
    rest(
        Phase.IDLE,
        state.stopFor(
            StopReason.INTERRUPTED, "Forked from " + forked.from() + ".", true, null, ""));
  }

  /** The next run may go on from this transcript only if no call in it is open. */
  private void answerOpen(String sentence) {
    for (var call : state.turn.calls()) {
      if (state.turn.stage() == Stage.REPLIED && !call.answered()) {
        answer(call.id(), Call.Status.CANCELLED, Json.error(sentence));
      }
    }
    state.turn = Turn.first(state.turn.number());
  }

  private void change(String id, UnaryOperator<Call> how) {
    state.turn = state.turn.change(id, how);
  }

  private static <T> List<T> with(List<T> list, T more) {
    var longer = new ArrayList<T>(list.size() + 1);
    longer.addAll(list);
    longer.add(more);
    return Collections.unmodifiableList(longer);
  }
}
