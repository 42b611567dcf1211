package io.tidegate.loop;

import io.tidegate.conversation.Json;
import io.tidegate.conversation.OnUnknown;
import io.tidegate.loop.Call.Status;
import io.tidegate.loop.Turn.Stage;
import io.tidegate.wave.WavePlan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What should be happening to the calls of one reply: each is a state machine of its own, and no
 * call waits that need not.
 */
final class CallEffects {
  /** How often a call is sent whose outcome stays unknown. */
  private static final int MOST_ATTEMPTS = 5;

  private final Turn turn;
  private final BadAnswers badAnswers;
  private final boolean complete;
  private final boolean refused;
  private final Map<String, Call> byId = new HashMap<>();
  private final Set<String> taken = new HashSet<>();
  private final List<String> unchecked = new ArrayList<>();
  private final List<Effect> effects = new ArrayList<>();
  private long slots;

  CallEffects(RunState state) {
    turn = state.turn();
    badAnswers = state.badAnswers();
    complete = turn.stage() == Stage.REPLIED;
    refused = state.spending().refused() != null;
    turn.calls().forEach(call -> byId.put(call.id(), call));
    long running =
        turn.calls().stream().filter(Call::running).count()
            + turn.voided().stream().filter(Call::running).count();
    slots = state.limits().parallel() - running;
  }

  void addTo(List<Effect> all) {
    turn.calls().forEach(this::consider);
    if (!unchecked.isEmpty()) {
      all.add(new Effect.Check(unchecked));
    }
    all.addAll(effects);
  }

  private void consider(Call call) {
    switch (call.status()) {
      case PROPOSED -> proposed(call);
      case APPROVED -> ready(call);
      case RUNNING -> effects.add(new Effect.Start(call.id(), call.attempt(), call.eager()));
      case ORPHANED -> effects.add(new Effect.GiveUp(call.id(), call.attempt(), call.overAt()));
      case DENIED ->
          answerOnce(
              call,
              Outcome.DENIED,
              FailureClass.DENIED,
              "A person denied this call. Do not try it again.");
      case EXPIRED ->
          answerOnce(
              call,
              Outcome.EXPIRED,
              FailureClass.DENIED,
              "Nobody approved this call in time: it counts as denied.");
      case UNKNOWN -> unknown(call);
      case AWAITING_APPROVAL, AWAITING_INPUT, SUCCEEDED, FAILED, TIMED_OUT, CANCELLED -> {}
    }
  }

  private void proposed(Call call) {
    if (complete && cutOff()) {
      answerOnce(
          call,
          Outcome.CANCELLED,
          FailureClass.CANCELLED,
          "Not carried out: the reply was cut off before its end.");
    } else if (call.overLimit()) {
      whenComplete(
          () ->
              answerOnce(
                  call,
                  Outcome.FAILED,
                  FailureClass.BUDGET,
                  "Not carried out: the run's limit of tool calls is used up. Answer with what you"
                      + " know."));
    } else if (call.checked() == null) {
      unchecked.add(call.id());
    } else if (call.checked().problem() != null) {
      var problem = call.checked().problem();
      whenComplete(() -> answerOnce(call, Outcome.FAILED, FailureClass.INVALID_ARGUMENTS, problem));
    } else if (call.ruled() == null) {
      effects.add(new Effect.Rule(call.id()));
    } else {
      ruled(call, call.ruled());
    }
  }

  private void ruled(Call call, Event.Ruled ruled) {
    switch (ruled.verdict()) {
      case ALLOW -> ready(call);
      case ASK -> whenComplete(() -> effects.add(new Effect.AskHuman(call.id())));
      case DENY -> whenComplete(() -> forbid(call, ruled));
    }
  }

  private void forbid(Call call, Event.Ruled ruled) {
    boolean maybe = call.attempt() > 0 && call.changesSomething();
    answerOnce(
        call,
        Outcome.DENIED,
        FailureClass.DENIED,
        "A rule forbids this call: "
            + ruled.reason()
            + (maybe ? " It had been sent before, and may have taken effect." : ""));
  }

  private boolean cutOff() {
    var reply = turn.reply();
    return reply != null && reply.finish().cutOff();
  }

  /** An unfinished reply may still be void: only what is harmless happens before its end. */
  private void whenComplete(Runnable action) {
    if (complete) {
      action.run();
    }
  }

  private void ready(Call call) {
    if (complete && turn.plan() == null) {
      return;
    }
    var waits =
        turn.plan() == null ? WavePlan.EMPTY.waits(call.id()) : turn.plan().waits(call.id());
    var failed = waits.after().stream().map(byId::get).filter(CallEffects::failed).findFirst();
    if (failed.isPresent()) {
      answerOnce(
          call,
          Outcome.FAILED,
          FailureClass.SKIPPED,
          "Not carried out: " + failed.get().tool() + ", which comes first, did not succeed.");
    } else if (open(waits.after()) || open(waits.sharing())) {
      return;
    } else {
      start(call);
    }
  }

  private void start(Call call) {
    var ruled = call.ruled();
    if (ruled != null && call.denied()) {
      // The rules allowed it, or a person did, and forbade it when it was about to be sent.
      forbid(call, ruled);
      return;
    }
    if (badAnswers.disabled(call.tool())) {
      whenComplete(() -> refuse(call));
      return;
    }
    if (call.byPeople()) {
      whenComplete(() -> effects.add(new Effect.AskInput(call.id())));
      return;
    }
    var equal = equal(call);
    if (equal.isPresent()) {
      taken.add(equal.get().id());
      var result = equal.get().result();
      if (result != null) {
        effects.add(new Effect.Adopt(call.id(), equal.get().id(), result));
      }
    } else if (refused && call.priced()) {
      // It waits for somebody to raise a budget; the others go on.
      return;
    } else if (slots > 0) {
      slots--;
      effects.add(new Effect.Start(call.id(), call.attempt() + 1, call.eager() && !complete));
    }
  }

  private void refuse(Call call) {
    boolean maybe = call.attempt() > 0 && call.changesSomething();
    answerOnce(
        call,
        Outcome.FAILED,
        FailureClass.SKIPPED,
        ("Not carried out: '%s' is disabled for the rest of this run, as too many of its answers"
                    + " were errors. Do without it.")
                .formatted(call.tool())
            + (maybe ? " The call had been sent before, and may have taken effect." : ""));
  }

  /**
   * A call of a voided reply whose result, here or to come, will do for this one; each serves once.
   */
  private Optional<Call> equal(Call call) {
    return turn.voided().stream()
        .filter(other -> !taken.contains(other.id()) && other.equals(call.call(), call.args()))
        .findFirst();
  }

  private void unknown(Call call) {
    var settled = call.settled();
    if (settled != null) {
      settle(call, settled);
      return;
    }
    var policy = call.contract() == null ? OnUnknown.FAIL : call.contract().onUnknown();
    switch (policy) {
      case ASK -> {}
      case FAIL -> unclear(call);
      case RETRY -> {
        if (call.attempt() < MOST_ATTEMPTS) {
          start(call);
        } else {
          unclear(call);
        }
      }
    }
  }

  private void unclear(Call call) {
    answerOnce(
        call,
        Outcome.FAILED,
        FailureClass.TRANSPORT,
        "Nobody knows whether this call took effect. Do not repeat it blindly.");
  }

  private void settle(Call call, Event.OutcomeDecided settled) {
    switch (settled.resolution()) {
      case HAPPENED -> {
        var result = settled.result() == null ? new Json("{\"happened\":true}") : settled.result();
        effects.add(new Effect.Answer(call.id(), Outcome.SUCCEEDED, result, null));
      }
      case FAILED ->
          answerOnce(
              call,
              Outcome.FAILED,
              FailureClass.TOOL_ERROR,
              settled.note().isEmpty()
                  ? "A person found that this call did not take effect."
                  : settled.note());
      case RERUN -> start(call);
    }
  }

  private void answerOnce(Call call, Outcome outcome, FailureClass why, String sentence) {
    if (!call.answered()) {
      effects.add(AgentLoop.answer(call, outcome, why, sentence));
    }
  }

  private boolean open(List<String> ids) {
    return ids.stream().map(byId::get).anyMatch(call -> call != null && !call.answered());
  }

  private static boolean failed(@Nullable Call call) {
    return call != null && call.answered() && call.status() != Status.SUCCEEDED;
  }
}
