package io.tidegate.loop;

import io.tidegate.conversation.ModelFailure;
import io.tidegate.conversation.Reply;
import io.tidegate.wave.WavePlan;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One question to the model, its reply, and the calls of that reply.
 *
 * @param number counted from 1 in the run
 * @param attempt how often the question was put, counted from 1
 * @param target whom it is put to, as an index into the route
 * @param tries how often it was put to that target
 * @param delayMs how long to wait before it is put, in milliseconds
 * @param stage how far it is
 * @param reply the complete reply, or null before it
 * @param failure why there will be no reply, or null
 * @param calls the calls, in the model's order
 * @param plan what they wait for, or null before all were checked
 * @param voided running and succeeded calls of replies that are void: an equal call may take their
 *     result
 */
public record Turn(
    int number,
    int attempt,
    int target,
    int tries,
    long delayMs,
    Stage stage,
    @Nullable Reply reply,
    @Nullable ModelFailure failure,
    List<Call> calls,
    @Nullable WavePlan plan,
    List<Call> voided) {
  public Turn {
    calls = List.copyOf(calls);
    voided = List.copyOf(voided);
  }

  /** How far a turn is. */
  public enum Stage {
    TO_ASK,
    ASKING,
    REPLIED,
    FAILED
  }

  static Turn first(int number) {
    return new Turn(number, 1, 0, 0, 0, Stage.TO_ASK, null, null, List.of(), null, List.of());
  }

  boolean allAnswered() {
    return calls.stream().allMatch(Call::answered);
  }

  Turn asked(Event.ModelAsked event) {
    int before = event.target() == target ? tries : 0;
    return new Turn(
        number,
        event.attempt(),
        event.target(),
        before + 1,
        0,
        Stage.ASKING,
        null,
        null,
        calls,
        null,
        voided);
  }

  /** The question is put again: what the unfinished reply began is void. */
  Turn again(int nextTarget, long delay) {
    int before = nextTarget == target ? tries : 0;
    return new Turn(
        number,
        attempt + 1,
        nextTarget,
        before,
        delay,
        Stage.TO_ASK,
        null,
        null,
        List.of(),
        null,
        worthKeeping());
  }

  /** The question is given up, and what was begun for it too; asked again it is another attempt. */
  Turn dropped() {
    var next = stage == Stage.TO_ASK ? this : again(target, 0);
    return next.with(List.of(), List.of());
  }

  /** The question is put to the first target of another route, which nobody has tried yet. */
  Turn elsewhere() {
    var next = stage == Stage.TO_ASK && target == 0 ? this : again(0, 0);
    return next.untried().with(List.of(), List.of());
  }

  /** As if its target had not been asked for this reply yet. */
  Turn untried() {
    return new Turn(
        number, attempt, target, 0, delayMs, stage, reply, failure, calls, plan, voided);
  }

  Turn failed(ModelFailure why) {
    return new Turn(
        number, attempt, target, tries, 0, Stage.FAILED, null, why, List.of(), null, List.of());
  }

  Turn replied(Reply complete, List<Call> itsCalls) {
    return new Turn(
            number,
            attempt,
            target,
            tries,
            0,
            Stage.REPLIED,
            complete,
            null,
            itsCalls,
            null,
            voided)
        .with(itsCalls, voided);
  }

  Turn plus(Call call) {
    var more = new ArrayList<>(calls);
    more.add(call);
    return with(more, voided);
  }

  /** With the call changed, be it of this reply or of a voided one. */
  Turn change(String id, UnaryOperator<Call> how) {
    return with(changed(calls, id, how), changed(voided, id, how));
  }

  Turn with(List<Call> changedCalls, List<Call> changedVoided) {
    var planned = plan != null || !planable(changedCalls) ? plan : plan(changedCalls);
    return new Turn(
        number,
        attempt,
        target,
        tries,
        delayMs,
        stage,
        reply,
        failure,
        changedCalls,
        planned,
        changedVoided);
  }

  /** With the plan that its calls have now, if they were planned before. */
  Turn plannedAgain() {
    return plan == null
        ? this
        : new Turn(
            number,
            attempt,
            target,
            tries,
            delayMs,
            stage,
            reply,
            failure,
            calls,
            plan(calls),
            voided);
  }

  /** The plan for calls that were checked. */
  public static WavePlan plan(List<Call> calls) {
    return WavePlan.of(calls.stream().map(Call::task).toList());
  }

  private boolean planable(List<Call> all) {
    return stage == Stage.REPLIED
        && all.stream().allMatch(call -> call.overLimit() || call.checked() != null);
  }

  private static List<Call> changed(List<Call> all, String id, UnaryOperator<Call> how) {
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i).id().equals(id)) {
        var copy = new ArrayList<>(all);
        copy.set(i, how.apply(all.get(i)));
        return copy;
      }
    }
    return all;
  }

  private List<Call> worthKeeping() {
    var kept = new ArrayList<>(voided);
    calls.stream()
        .filter(call -> call.running() || call.status() == Call.Status.SUCCEEDED)
        .forEach(kept::add);
    return kept;
  }
}
