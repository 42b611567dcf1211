package io.tidegate.run;

import io.tidegate.conversation.Json;
import io.tidegate.loop.Call;
import io.tidegate.loop.Effect;
import io.tidegate.loop.Event;
import io.tidegate.loop.Event.Checked;
import io.tidegate.loop.FailureClass;
import io.tidegate.loop.Outcome;
import io.tidegate.loop.Pin;
import io.tidegate.loop.Pin.Verdict;
import io.tidegate.loop.RunState;
import io.tidegate.loop.Stop;
import io.tidegate.loop.StopReason;
import io.tidegate.loop.Turn;
import io.tidegate.run.RunListener.Wait;
import io.tidegate.run.Toolbox.Check.Invalid;
import io.tidegate.run.Toolbox.Check.Valid;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Performs the effects that need nothing but thought: each becomes facts at once. */
final class Deliberation {
  private final Shell shell;
  private final StateWrites stateWrites;

  Deliberation(Shell shell) {
    this.shell = shell;
    this.stateWrites = new StateWrites(shell.states());
  }

  /** An event that is about to be recorded, and what goes into the journal right with it. */
  List<Event> withStateWrite(RunState before, Event event) {
    return stateWrites.with(before, event);
  }

  /** A fact of a run. */
  record Fact(String run, Event event) {}

  /** The facts that the effect comes to, or none if it has to do with the world. */
  List<Fact> facts(SessionId session, RunState state, Effect effect) {
    return switch (effect) {
      case Effect.Check(var calls) -> of(state, check(state, calls));
      case Effect.Rule(var call) -> of(state, List.of(rule(state, call(state, call))));
      case Effect.AskHuman(var call) -> of(state, List.of(ask(call(state, call))));
      case Effect.AskInput(var call) -> of(state, List.of(askInput(state, call(state, call))));
      case Effect.Adopt(var id, var from, var result) ->
          of(state, List.of(new Event.CallAdopted(id, call(state, id).tool(), from, result)));
      case Effect.Answer answer -> of(state, List.of(answer(state, answer)));
      case Effect.CheckOutput output -> of(state, List.of(output(state, output)));
      case Effect.Rest(var stop) ->
          of(state, List.of(stop.terminal() ? new Event.Stopped(stop) : new Event.Suspended(stop)));
      case Effect.FallBack(var from, var used, var detail) ->
          of(state, List.of(new Event.FellBack(from, used, detail)));
      case Effect.Begin _ -> List.of(begin(session, state.queue().getFirst()));
      case Effect.AskModel _, Effect.Start _, Effect.Deadline _, Effect.GiveUp _ -> List.of();
    };
  }

  private static List<Fact> of(RunState state, List<? extends Event> events) {
    return events.stream().map(event -> new Fact(state.run(), event)).toList();
  }

  private static Call call(RunState state, String id) {
    return state
        .call(id)
        .orElseThrow(() -> new IllegalStateException("the reply has no call '" + id + "'"));
  }

  private List<Checked> check(RunState state, List<String> ids) {
    var found = new LinkedHashMap<String, Checked>();
    for (var id : ids) {
      found.put(id, check(state.requirePin(), call(state, id)));
    }
    var plan = Turn.plan(state.calls().stream().map(call -> checked(call, found)).toList());
    return found.values().stream()
        .map(checked -> waved(checked, plan.waits(checked.call()).wave()))
        .toList();
  }

  private static Call checked(Call call, Map<String, Checked> found) {
    var fresh = found.get(call.id());
    return fresh == null ? call : call.with(fresh);
  }

  /** Holds one call against its contract. */
  Checked check(Pin pin, Call call) {
    return check(pin, call, call.call().arguments());
  }

  /** Holds a call against its contract with other arguments than the model's. */
  Checked check(Pin pin, Call call, String arguments) {
    var contract = call.contract();
    if (contract == null) {
      var known = pin.tools().stream().map(tool -> tool.name()).collect(Collectors.joining(", "));
      return problem(
          call,
          "There is no tool '%s'. The tools are: %s."
              .formatted(call.tool(), known.isEmpty() ? "none" : known));
    }
    return switch (shell.toolbox().check(contract, arguments)) {
      case Invalid(var problem) -> problem(call, problem);
      case Valid(var args, var digest) ->
          new Checked(
              call.id(),
              call.tool(),
              args,
              digest,
              shell.rules().keys(contract.exclusive(), args),
              shell.rules().keys(contract.touches(), args),
              1,
              null);
    };
  }

  private static Checked problem(Call call, String problem) {
    return new Checked(call.id(), call.tool(), null, "", List.of(), List.of(), 1, problem);
  }

  private static Checked waved(Checked checked, int wave) {
    return new Checked(
        checked.call(),
        checked.tool(),
        checked.args(),
        checked.digest(),
        checked.exclusive(),
        checked.touches(),
        wave,
        checked.problem());
  }

  /** Hears the rules about a call. */
  Event.Ruled rule(RunState state, Call call) {
    return shell.rules().rule(state.requirePin().rules(), ruleFacts(state, call));
  }

  private static Rules.Facts ruleFacts(RunState state, Call call) {
    return new Rules.Facts(
        call.id(),
        call.tool(),
        call.args(),
        state.data(),
        state.steps(),
        state.cost(),
        state.principal());
  }

  /**
   * What becomes of a call that must not be sent after all, though it was allowed or approved: the
   * state, the cost or the tool is another by now. Empty if it may be sent.
   */
  Optional<Event> lastWord(RunState state, Call call) {
    if (call.approvedByPerson() && voided(call)) {
      var sentence =
          "The tool's contract changed after this call was approved, so the approval is void and"
              + " the call was not made.";
      return Optional.of(
          new Event.CallReturned(
              call.id(),
              call.tool(),
              call.attempt(),
              Outcome.FAILED,
              Json.error(sentence),
              0,
              0,
              false,
              FailureClass.DENIED,
              false));
    }
    return shell
        .rules()
        .objection(state.requirePin().rules(), ruleFacts(state, call))
        .map(why -> new Event.Ruled(call.id(), Verdict.DENY, why, null, List.of()));
  }

  /** Whether an approval of the call would be of a tool that is another by now. */
  boolean voided(Call call) {
    return call.contract() != null && shell.toolbox().changed(call.contract());
  }

  private Event ask(Call call) {
    var ruled = call.ruled();
    var checked = call.checked();
    if (ruled == null || checked == null) {
      throw new IllegalStateException("call '" + call.id() + "' was not ruled on");
    }
    Long expires = ruled.expiresMs();
    return new Event.ApprovalRequested(
        call.id(),
        call.tool(),
        call.args(),
        checked.digest(),
        ruled.reason(),
        expires == null ? null : shell.time().now() + expires);
  }

  private Event askInput(RunState state, Call call) {
    var objection = lastWord(state, call);
    if (objection.isPresent()) {
      return objection.get();
    }
    var question = shell.toolbox().question(call.args());
    return new Event.InputRequested(call.id(), call.tool(), question.text(), question.schema());
  }

  private static Event answer(RunState state, Effect.Answer answer) {
    var call = call(state, answer.call());
    return new Event.CallReturned(
        call.id(),
        call.tool(),
        call.attempt(),
        answer.outcome(),
        answer.result(),
        0,
        0,
        false,
        answer.failure(),
        false);
  }

  private Event output(RunState state, Effect.CheckOutput effect) {
    var schema = state.requirePin().output();
    if (schema == null) {
      throw new IllegalStateException("there is no output schema to check against");
    }
    var verdict = shell.schemas().check(schema, effect.text());
    return new Event.OutputChecked(
        effect.turn(), verdict.valid() ? verdict.value() : null, verdict.problems());
  }

  private Fact begin(SessionId session, RunState.Waiting waiting) {
    var queued = waiting.queued();
    var agent = shell.agents().find(queued.agent(), session);
    if (agent.isEmpty()) {
      return new Fact(
          waiting.run(),
          new Event.Stopped(
              never(StopReason.FAILED, "There is no agent '" + queued.agent() + "' any more.")));
    }
    var pin = agent.get().pin();
    shell.listener().waited(Wait.RUN, shell.time().now() - waiting.since());
    return new Fact(
        waiting.run(),
        new Event.Asked(
            pin.withLimits(pin.limits().with(queued.limits())),
            queued.input(),
            queued.metadata(),
            queued.by(),
            queued.hook(),
            queued.trace()));
  }

  /** The stop of a run that never began. */
  static Stop never(StopReason reason, String detail) {
    return RunState.EMPTY.stopFor(reason, detail, true, null, "");
  }
}
