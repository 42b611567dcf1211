package io.tidegate.loop;

import io.tidegate.conversation.Finish;
import io.tidegate.conversation.Json;
import io.tidegate.conversation.Message;
import io.tidegate.conversation.ModelFailure;
import io.tidegate.conversation.Part;
import io.tidegate.conversation.Reply;
import io.tidegate.loop.Event.Cancelled;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The agent loop: what should be happening, as a function of the state alone. */
public final class AgentLoop {
  private AgentLoop() {}

  /** All that should be happening now. */
  public static List<Effect> next(RunState state) {
    return switch (state.phase()) {
      case IDLE -> begin(state);
      case SUSPENDED -> List.of();
      case RUNNING -> state.ending() == null ? goOn(state) : wind(state);
    };
  }

  private static List<Effect> begin(RunState state) {
    return state.queue().isEmpty()
        ? List.of()
        : List.of(new Effect.Begin(state.queue().getFirst().run()));
  }

  /** Answers what is open, then rests. */
  private static List<Effect> wind(RunState state) {
    var open = state.calls().stream().filter(call -> !call.answered()).toList();
    if (open.isEmpty()) {
      return List.of(new Effect.Rest(ended(state)));
    }
    return open.stream().<Effect>map(AgentLoop::giveUp).toList();
  }

  private static Effect giveUp(Call call) {
    boolean maybe = call.changesSomething() && call.maybeSent();
    return answer(
        call,
        Outcome.CANCELLED,
        FailureClass.CANCELLED,
        maybe
            ? "The run ended after this call had been sent: it may have taken effect."
            : "Not carried out: the run ended.");
  }

  private static Stop ended(RunState state) {
    return switch (state.ending()) {
      case Cancelled(var reason, var detail, var _) ->
          state.stopFor(reason, detail, true, null, "");
      case null, default ->
          critical(
              state,
              StopReason.DEADLINE_EXCEEDED,
              "The run was active for more than %d ms.".formatted(state.limits().deadlineMs()),
              "Resume the run with a longer deadline.");
    };
  }

  private static List<Effect> goOn(RunState state) {
    var used = state.fellBack();
    if (used != null
        && used.agent() == null
        && state.requirePin().fallback() instanceof Fallback.Answer(var answer, var _)) {
      return List.of(rest(state.stopFor(StopReason.COMPLETED, "", true, answer, "")));
    }
    var effects = new ArrayList<Effect>();
    var turn = state.turn();
    switch (turn.stage()) {
      case TO_ASK -> effects.add(ask(state));
      case ASKING -> {
        effects.add(new Effect.AskModel(turn.number(), turn.attempt(), turn.target(), 0));
        new CallEffects(state).addTo(effects);
      }
      case FAILED -> effects.add(unanswered(state, turn.failure()));
      case REPLIED -> {
        if (turn.calls().isEmpty()) {
          effects.add(conclude(state, turn.reply()));
        } else {
          new CallEffects(state).addTo(effects);
        }
      }
    }
    keepVoided(state, effects);
    if (effects.isEmpty()) {
      var refused = state.spending().refused();
      boolean people = state.waitingForPeople() > 0 || waits(state, Call.Status.UNKNOWN);
      effects.add(rest(refused == null || people ? waiting(state) : refused(state, refused)));
    }
    long left = Math.max(0, state.limits().deadlineMs() - state.activeMsSoFar());
    effects.add(new Effect.Deadline(left, state.limits().deadlineMs()));
    return effects;
  }

  private static void keepVoided(RunState state, List<Effect> effects) {
    state.turn().voided().stream()
        .filter(Call::running)
        .forEach(call -> effects.add(new Effect.Start(call.id(), call.attempt(), true)));
  }

  private static Effect ask(RunState state) {
    var limits = state.limits();
    if (state.cutBy() != null) {
      return rest(cut(state, state.cutBy()));
    }
    if (state.failures().tooMany(limits.toolFailures())) {
      return fail(
          state,
          StopReason.TOOL_FAILURE,
          state.failures().sentence(),
          "Mend what made the calls fail, correct the state if need be, and resume the run.");
    }
    if (state.repetition().hopeless(limits.repeats())) {
      return fail(
          state,
          StopReason.LOOP_DETECTED,
          "The same calls kept giving the same results, and telling the model did not help.",
          "Correct what keeps it going in circles, and resume the run.");
    }
    if (state.toolCallsUsedUp()) {
      return fail(
          state,
          StopReason.MAX_STEPS,
          "The run may make %d tool calls.".formatted(limits.toolCalls()),
          "Resume the run with a higher limit of tool_calls.");
    }
    if (state.steps() >= limits.steps()) {
      return fail(
          state,
          StopReason.MAX_STEPS,
          "The run may take %d steps.".formatted(limits.steps()),
          "Resume the run with a higher limit of steps.");
    }
    var refused = state.spending().refused();
    if (refused != null) {
      return rest(refused(state, refused));
    }
    var turn = state.turn();
    return new Effect.AskModel(turn.number(), turn.attempt(), turn.target(), turn.delayMs());
  }

  /** Nothing is sent that might go beyond a budget: the run waits until there is room. */
  private static Stop refused(RunState state, Event.BudgetRefused refused) {
    var budget = refused.budget();
    var unit = budget.unit();
    return state.stopFor(
        StopReason.BUDGET_EXHAUSTED,
        "%s %s: %s are used, and the next call may come to %s."
            .formatted(
                budget.named(),
                unit.show(refused.limit()),
                unit.show(refused.used()),
                unit.show(refused.estimate())),
        false,
        null,
        budget.remedy());
  }

  private static Effect conclude(RunState state, @Nullable Reply reply) {
    if (reply == null) {
      throw new IllegalStateException("a turn that replied has its reply");
    }
    return reply.finish().cutOff() ? rest(cut(state, reply.finish())) : complete(state, reply);
  }

  private static Effect complete(RunState state, Reply reply) {
    var text = Part.text(reply.parts());
    if (state.requirePin().output() == null) {
      return rest(state.stopFor(StopReason.COMPLETED, "", true, Json.string(text), ""));
    }
    var checked = state.output();
    if (checked == null) {
      return new Effect.CheckOutput(state.turn().number(), text);
    }
    if (checked.problems().isEmpty()) {
      return rest(state.stopFor(StopReason.COMPLETED, "", true, checked.value(), ""));
    }
    return rest(
        critical(
            state,
            StopReason.OUTPUT_INVALID,
            "The answer does not follow the output schema: " + checked.problems().getFirst(),
            "Resume the run to let the model try again."));
  }

  private static Stop cut(RunState state, Finish finish) {
    return switch (finish) {
      case REFUSED ->
          state.stopFor(
              StopReason.REFUSED, "The model declined to answer.", true, partly(state), "");
      case CONTEXT_FULL ->
          state.stopFor(
              StopReason.MAX_TOKENS,
              "The transcript no longer fits the model's context window.",
              true,
              partly(state),
              "");
      case LENGTH, END, CALLS, PAUSED ->
          state.stopFor(
              StopReason.MAX_TOKENS,
              "The reply reached its limit of output tokens.",
              true,
              partly(state),
              "");
    };
  }

  /** What the model had said before it was cut off. */
  private static Json partly(RunState state) {
    var reply = state.turn().reply();
    if (reply != null) {
      return Json.string(Part.text(reply.parts()));
    }
    return Json.string(state.cutBy() == null ? "" : lastWords(state.transcript()));
  }

  private static String lastWords(List<Message> transcript) {
    for (var message : transcript.reversed()) {
      if (message instanceof Message.Assistant(var parts)) {
        return Part.text(parts);
      }
    }
    return "";
  }

  private static Effect unanswered(RunState state, @Nullable ModelFailure failure) {
    var why = failure == null ? "no target answered" : failure.message();
    if (failure != null && failure.kind() == ModelFailure.Kind.CONTEXT_FULL) {
      return rest(cut(state, Finish.CONTEXT_FULL));
    }
    return fail(
        state,
        StopReason.MODEL_UNAVAILABLE,
        "The model gave no reply: " + why,
        "Resume the run when the model answers again.");
  }

  private static Stop waiting(RunState state) {
    boolean asked = waits(state, Call.Status.AWAITING_INPUT);
    boolean unknown = waits(state, Call.Status.UNKNOWN);
    if (waits(state, Call.Status.AWAITING_APPROVAL) || !(asked || unknown)) {
      return state.stopFor(
          StopReason.APPROVAL_PENDING,
          "Waits for a decision on: " + named(state, Call.Status.AWAITING_APPROVAL),
          false,
          null,
          "Approve or deny each call.");
    }
    if (asked) {
      return state.stopFor(
          StopReason.INPUT_REQUIRED,
          "Waits for an answer to: " + named(state, Call.Status.AWAITING_INPUT),
          false,
          null,
          "Answer each question.");
    }
    return state.stopFor(
        StopReason.OUTCOME_UNKNOWN,
        "Nobody knows whether these took effect: " + named(state, Call.Status.UNKNOWN),
        false,
        null,
        "Say of each call whether it happened, is to be run again, or failed.");
  }

  private static boolean waits(RunState state, Call.Status status) {
    return state.calls().stream().anyMatch(call -> call.status() == status);
  }

  private static String named(RunState state, Call.Status status) {
    return state.calls().stream()
        .filter(call -> call.status() == status)
        .map(call -> call.tool() + " (" + call.id() + ")")
        .limit(10)
        .reduce((first, second) -> first + ", " + second)
        .orElse("nothing");
  }

  /** What becomes of a run whose agent can't go on. */
  private static Effect fail(RunState state, StopReason reason, String detail, String next) {
    var pin = state.requirePin();
    var fallback = pin.fallback();
    return fallback != null && Fallback.AFTER.contains(reason)
        ? new Effect.FallBack(pin.agent(), fallback.used(reason), detail)
        : rest(critical(state, reason, detail, next));
  }

  /** A failure that an operator may want to look at before the run is given up. */
  private static Stop critical(RunState state, StopReason reason, String detail, String next) {
    boolean terminal = !state.requirePin().suspendOnFailure();
    return state.stopFor(reason, detail, terminal, null, terminal ? "" : next);
  }

  private static Effect rest(Stop stop) {
    return new Effect.Rest(stop);
  }

  static Effect.Answer answer(Call call, Outcome outcome, FailureClass why, String sentence) {
    return new Effect.Answer(call.id(), outcome, Json.error(sentence), why);
  }
}
