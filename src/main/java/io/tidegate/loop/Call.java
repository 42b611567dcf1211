package io.tidegate.loop;

import io.tidegate.conversation.Contract;
import io.tidegate.conversation.Json;
import io.tidegate.conversation.OnUnknown;
import io.tidegate.conversation.SideEffect;
import io.tidegate.conversation.ToolCall;
import io.tidegate.loop.Pin.Verdict;
import io.tidegate.wave.WavePlan;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One call and how far it is.
 *
 * @param call what the model asked for
 * @param contract the tool's pinned contract, or null if there is no such tool
 * @param overLimit whether the run may not make this call any more
 * @param status how far it is
 * @param checked what the check against the contract found, or null before it
 * @param ruled what the rules said, or null before that
 * @param attempt how often it was started
 * @param startedAt when it was started last, in milliseconds since 1970, or 0
 * @param eager whether it was started before its reply was complete
 * @param askedAt when a person was asked last, in milliseconds since 1970, or 0
 * @param approval what a person was asked, or null
 * @param input what a person was asked on its behalf, or null
 * @param settled what a person said about its unknown outcome, or null
 * @param result what the model is told, or null before it is known
 */
public record Call(
    ToolCall call,
    @Nullable Contract contract,
    boolean overLimit,
    Status status,
    Event.@Nullable Checked checked,
    Event.@Nullable Ruled ruled,
    int attempt,
    long startedAt,
    boolean eager,
    long askedAt,
    Event.@Nullable ApprovalRequested approval,
    Event.@Nullable InputRequested input,
    Event.@Nullable OutcomeDecided settled,
    @Nullable Json result) {

  /** The states of a call. Those of a voided reply are kept apart, see {@link Turn#voided}. */
  public enum Status {
    PROPOSED,
    AWAITING_APPROVAL,
    APPROVED,
    DENIED,
    EXPIRED,
    AWAITING_INPUT,
    RUNNING,
    /**
     * It was running in a process that is gone; until its timeout has passed it may still take
     * effect.
     */
    ORPHANED,
    SUCCEEDED,
    FAILED,
    TIMED_OUT,
    UNKNOWN,
    CANCELLED;

    static Status of(Outcome outcome) {
      return switch (outcome) {
        case SUCCEEDED -> SUCCEEDED;
        case FAILED -> FAILED;
        case TIMED_OUT -> TIMED_OUT;
        case UNKNOWN -> UNKNOWN;
        case DENIED -> DENIED;
        case EXPIRED -> EXPIRED;
        case CANCELLED -> CANCELLED;
      };
    }
  }

  static Call proposed(
      ToolCall call, @Nullable Contract contract, boolean overLimit, boolean eager) {
    return new Call(
        call,
        contract,
        overLimit,
        Status.PROPOSED,
        null,
        null,
        0,
        0,
        eager,
        0,
        null,
        null,
        null,
        null);
  }

  public String id() {
    return call.id();
  }

  public String tool() {
    return call.tool();
  }

  /** The arguments that are sent: in canonical form once they were checked. */
  public Json args() {
    return checked != null && checked.args() != null ? checked.args() : Json.EMPTY_OBJECT;
  }

  /** Whether what the model is told about it is known. */
  public boolean answered() {
    return result != null;
  }

  /** When nobody waits for its own timeout any longer, in milliseconds since 1970. */
  long overAt() {
    return startedAt + (contract == null ? 0 : contract.timeoutMs());
  }

  boolean running() {
    return status == Status.RUNNING;
  }

  /** Whether it may have reached its tool though nobody knows what came of it. */
  boolean maybeSent() {
    return status == Status.RUNNING || status == Status.ORPHANED || status == Status.UNKNOWN;
  }

  /** Whether it waits for what a person says. */
  public boolean waitsForPerson() {
    return status == Status.AWAITING_APPROVAL
        || status == Status.AWAITING_INPUT
        || waitsForOutcome();
  }

  /** Whether people are to say what became of it; what other policies say comes by itself. */
  public boolean waitsForOutcome() {
    return status == Status.UNKNOWN
        && settled == null
        && contract != null
        && contract.onUnknown() == OnUnknown.ASK;
  }

  /** Whether the rules forbade it, be it only when it was about to be sent. */
  boolean denied() {
    return ruled != null && ruled.verdict() == Verdict.DENY;
  }

  /** Whether a person approved it: an approval is of these arguments and this contract. */
  public boolean approvedByPerson() {
    return status == Status.APPROVED && approval != null;
  }

  public boolean changesSomething() {
    return contract != null && contract.effect() != SideEffect.READ;
  }

  /** Whether it costs something by itself. */
  boolean priced() {
    return contract != null && contract.price().nanos() > 0;
  }

  boolean byPeople() {
    return contract != null && contract.byPeople();
  }

  boolean writes() {
    return contract != null && contract.effect() == SideEffect.WRITE;
  }

  /** Whether it is the same call of the same tool: an equal result is as good as its own. */
  boolean equals(ToolCall other, Json otherArgs) {
    return tool().equals(other.tool()) && args().equals(otherArgs);
  }

  boolean allowed() {
    return ruled != null && ruled.verdict() == Verdict.ALLOW;
  }

  /** The call as the planner sees it. */
  WavePlan.Task task() {
    return new WavePlan.Task(
        id(),
        tool(),
        contract == null ? SideEffect.READ : contract.effect(),
        contract == null ? List.of() : contract.after(),
        checked == null ? List.of() : checked.exclusive(),
        checked == null ? List.of() : checked.touches());
  }

  /** After the check; a call that a person approved with other arguments stays approved. */
  public Call with(Event.Checked found) {
    return new Call(
        call, contract, overLimit, status, found, ruled, attempt, startedAt, eager, askedAt,
        approval, input, settled, result);
  }

  Call with(Event.Ruled said) {
    return new Call(
        call, contract, overLimit, status, checked, said, attempt, startedAt, eager, askedAt,
        approval, input, settled, result);
  }

  Call with(Status changed) {
    return with(changed, askedAt, approval, input, settled, result);
  }

  Call awaiting(Event.ApprovalRequested asked, long at) {
    return with(Status.AWAITING_APPROVAL, at, asked, input, settled, result);
  }

  Call awaiting(Event.InputRequested asked, long at) {
    return with(Status.AWAITING_INPUT, at, approval, asked, settled, result);
  }

  Call started(Event.CallStarted event, long at) {
    return new Call(
        call,
        contract,
        overLimit,
        Status.RUNNING,
        checked,
        ruled,
        event.attempt(),
        at,
        event.eager(),
        askedAt,
        approval,
        input,
        null,
        null);
  }

  Call settled(Event.OutcomeDecided decision) {
    return with(status, askedAt, approval, input, decision, result);
  }

  Call answered(Status ended, Json told) {
    return with(ended, askedAt, approval, input, settled, told);
  }

  private Call with(
      Status changed,
      long at,
      Event.@Nullable ApprovalRequested asked,
      Event.@Nullable InputRequested question,
      Event.@Nullable OutcomeDecided decision,
      @Nullable Json told) {
    return new Call(
        call, contract, overLimit, changed, checked, ruled, attempt, startedAt, eager, at, asked,
        question, decision, told);
  }
}
