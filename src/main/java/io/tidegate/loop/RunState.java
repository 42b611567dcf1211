package io.tidegate.loop;

import io.tidegate.conversation.Contract;
import io.tidegate.conversation.Finish;
import io.tidegate.conversation.Json;
import io.tidegate.conversation.Message;
import io.tidegate.conversation.Usage;
import io.tidegate.conversation.Usd;
import io.tidegate.loop.Event.OutputChecked;
import io.tidegate.loop.Event.Queued;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a session's journal amounts to: the transcript, and how its run stands. Immutable: {@link
 * #after} makes a changed copy; what events mean stands in {@link Fold}.
 */
public final class RunState {
  public static final RunState EMPTY = new RunState();

  /** Whether a run is under way. */
  public enum Phase {
    /** No run, or the last one ended. */
    IDLE,
    RUNNING,
    SUSPENDED
  }

  /**
   * A run that waits for the session to be free.
   *
   * @param since in milliseconds since 1970
   */
  public record Waiting(String run, Queued queued, long since) {}

  // The session
  long head;
  long at;
  int tag;
  String agent = "";
  List<Message> transcript = List.of();
  Json data = Json.EMPTY_OBJECT;
  List<Waiting> queue = List.of();
  int rewinds;

  // Its run
  Phase phase = Phase.IDLE;
  String run = "";
  @Nullable Pin pin;
  String principal = "";
  String input = "";
  @Nullable Trace trace;
  Turn turn = Turn.first(1);
  int steps;
  int toolCalls;
  boolean toolCallsRefused;
  boolean toolCallsUsedUp;
  int ordinals;
  Usage usage = Usage.NONE;
  Usd cost = Usd.ZERO;
  long activeMs;
  long activeSince;
  Repetition repetition = Repetition.NONE;
  Failures failures = Failures.NONE;
  BadAnswers badAnswers = BadAnswers.NONE;
  Fallback.@Nullable Used fellBack;
  Spending spending = Spending.NONE;
  @Nullable Finish cutBy;
  int outputTries;
  @Nullable OutputChecked output;
  @Nullable Event ending;
  @Nullable Stop stop;

  private RunState() {}

  /** A state of its own that may be filled in. */
  static RunState fresh() {
    return new RunState();
  }

  private RunState(RunState from) {
    head = from.head;
    at = from.at;
    tag = from.tag;
    agent = from.agent;
    transcript = from.transcript;
    data = from.data;
    queue = from.queue;
    rewinds = from.rewinds;
    phase = from.phase;
    run = from.run;
    pin = from.pin;
    principal = from.principal;
    input = from.input;
    trace = from.trace;
    turn = from.turn;
    steps = from.steps;
    toolCalls = from.toolCalls;
    toolCallsRefused = from.toolCallsRefused;
    toolCallsUsedUp = from.toolCallsUsedUp;
    ordinals = from.ordinals;
    usage = from.usage;
    cost = from.cost;
    activeMs = from.activeMs;
    activeSince = from.activeSince;
    repetition = from.repetition;
    failures = from.failures;
    badAnswers = from.badAnswers;
    fellBack = from.fellBack;
    spending = from.spending;
    cutBy = from.cutBy;
    outputTries = from.outputTries;
    output = from.output;
    ending = from.ending;
    stop = from.stop;
  }

  /**
   * The state after one more entry.
   *
   * @throws LoopException if the entry can't follow on this state
   */
  public RunState after(Entry entry) {
    if (entry.seq() != head + 1) {
      throw LoopException.illegal(this, entry, "the entry after " + head + " is missing");
    }
    var next = new RunState(this);
    next.head = entry.seq();
    next.at = entry.at();
    next.tag = entry.tag();
    new Fold(next).apply(entry, at);
    return next;
  }

  /** The seq of the last entry. */
  public long head() {
    return head;
  }

  /** When the last entry was written, in milliseconds since 1970. */
  public long at() {
    return at;
  }

  /** The tag of the last entry, or 0 if it is not known. */
  public int tag() {
    return tag;
  }

  /** Whether the last entry may be the one with that tag, if it has that place. */
  public boolean mayEndWith(long seq, int otherTag) {
    return seq != head || tag == otherTag || tag == 0 || otherTag == 0;
  }

  /** Which log it is, counted from 1: one more each time that the store lost the log's end. */
  public int generation() {
    return 1 + rewinds;
  }

  /** The agent of the session. */
  public String agent() {
    return agent;
  }

  public Phase phase() {
    return phase;
  }

  /** The id of the run under way, or of the last one; empty before the first. */
  public String run() {
    return run;
  }

  /** What the run goes by, or null before the first. */
  public @Nullable Pin pin() {
    return pin;
  }

  /**
   * What the run goes by.
   *
   * @throws IllegalStateException before the first run
   */
  public Pin requirePin() {
    if (pin == null) {
      throw new IllegalStateException("the session has no run yet");
    }
    return pin;
  }

  /** Who asked for the run; empty before the first. */
  public String principal() {
    return principal;
  }

  /** What the user said to begin the run; empty before the first. */
  public String input() {
    return input;
  }

  /** Where the run stands in a trace, or null. */
  public @Nullable Trace trace() {
    return trace;
  }

  /** What was said, in all runs of the session. */
  public List<Message> transcript() {
    return transcript;
  }

  /** The explicit state object. */
  public Json data() {
    return data;
  }

  /** The turn that the run is in. */
  public Turn turn() {
    return turn;
  }

  /** The calls of the reply that is being worked on, in the model's order. */
  public List<Call> calls() {
    return turn.calls();
  }

  /** How many calls wait for what a person says. */
  public int waitingForPeople() {
    return (int) turn.calls().stream().filter(Call::waitsForPerson).count();
  }

  public Optional<Call> call(String id) {
    return turn.calls().stream().filter(call -> call.id().equals(id)).findFirst();
  }

  /** The call, be it of the reply that is being worked on or of one that is void. */
  public Optional<Call> anyCall(String id) {
    return Stream.concat(turn.calls().stream(), turn.voided().stream())
        .filter(call -> call.id().equals(id))
        .findFirst();
  }

  /** Where the run came to rest, or null while it is under way. */
  public @Nullable Stop stop() {
    return stop;
  }

  /** Runs that wait for this one to end, first come first served. */
  public List<Waiting> queue() {
    return queue;
  }

  public int steps() {
    return steps;
  }

  public int toolCalls() {
    return toolCalls;
  }

  /** The ordinal for the next call that a model makes, from 1. */
  public int nextOrdinal() {
    return ordinals + 1;
  }

  public Usage usage() {
    return usage;
  }

  public Usd cost() {
    return cost;
  }

  /** What is reserved, refused and known of what the run may spend. */
  public Spending spending() {
    return spending;
  }

  /** Calls in a row that failed. */
  public Failures failures() {
    return failures;
  }

  /** What the run's tools last answered. */
  BadAnswers badAnswers() {
    return badAnswers;
  }

  /** That the run fell back, or null if it did not. */
  Fallback.@Nullable Used fellBack() {
    return fellBack;
  }

  /** The tools that the model may call: those of the pin that are not disabled. */
  public List<Contract> offered() {
    var tools = requirePin().tools();
    return tools.stream().noneMatch(tool -> badAnswers.disabled(tool.name()))
        ? tools
        : tools.stream().filter(tool -> !badAnswers.disabled(tool.name())).toList();
  }

  /** How far the run may go. */
  public Limits limits() {
    return pin == null ? Limits.DEFAULT : pin.limits();
  }

  boolean toolCallsUsedUp() {
    return toolCallsUsedUp;
  }

  Repetition repetition() {
    return repetition;
  }

  /** Why the reply before this turn was cut off, or null if it was not. */
  @Nullable Finish cutBy() {
    return cutBy;
  }

  /** What the output check found, or null. */
  @Nullable OutputChecked output() {
    return output;
  }

  /** Why the run is to end, or null. */
  public @Nullable Event ending() {
    return ending;
  }

  /** Active time up to the last entry, in milliseconds. */
  long activeMsSoFar() {
    return activeMs + (phase == Phase.RUNNING ? at - activeSince : 0);
  }

  /** A stop payload with the run's figures. */
  public Stop stopFor(
      StopReason reason, String detail, boolean terminal, @Nullable Json answer, String next) {
    return new Stop(
        reason,
        detail,
        terminal,
        answer,
        steps,
        toolCalls,
        usage,
        cost,
        activeMsSoFar(),
        next,
        fellBack);
  }

  Optional<Contract> contract(String tool) {
    return pin == null ? Optional.empty() : pin.contract(tool);
  }
}
